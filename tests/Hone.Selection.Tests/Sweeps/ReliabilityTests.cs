using Hone.Selection.Tests.Ranking;

namespace Hone.Selection.Tests.Sweeps;

public sealed class ReliabilityTests
{
    [Fact]
    public void SpearmanAndBrownsCorrectionOfOneSplit()
    {
        // Deviations (-1, 0, 1) and (-1, 1, 0): r = 1 / 2, and 2 r / (1 + r) = 2 / 3.
        SweepStability stability = Reliability.Of([[1, 2, 3]], [[0, 2, 1]], independent: 2)!.Value;
        Assert.Equal(2.0 / 3, stability.Value, Tolerance.Rounding);

        // The table's quantiles of chi-squared with 2 degrees of freedom are 0.0506 and 7.378.
        Assert.Equal(1 - (7.378 / 6), stability.Low, 0.03);
        Assert.Equal(1 - (0.0506 / 6), stability.High, 0.03);
    }

    [Fact]
    public void SplitsAreAveragedAndThoseWithoutSpreadLeftOut()
    {
        double[][] first = [[1, 2, 3], [1, 2, 3], [5, 5, 5], [1, double.NaN, 3]];
        double[][] second = [[1, 2, 3], [3, 2, 1], [1, 2, 3], [1, 2, 3]];
        Assert.Equal(0.0, Reliability.Of(first, second, 2)!.Value.Value, Tolerance.Rounding);
        Assert.Null(Reliability.Of([[5, 5, 5]], [[1, 2, 3]], 2));
        Assert.Null(Reliability.Of([[1, 2]], [[1, 2]], 1));
    }

    [Fact]
    public void OppositeHalvesGiveMinusOne()
    {
        SweepStability stability = Reliability.Of([[1, 2, 3]], [[3, 2, 1]], 2)!.Value;
        Assert.Equal(-1.0, stability.Value, Tolerance.Rounding);
        Assert.InRange(stability.Low, -1, stability.Value);
    }

    // Tables of chi-squared.
    [Theory]
    [InlineData(4, 11.143, 0.484)]
    [InlineData(9, 19.023, 2.700)]
    [InlineData(19, 32.852, 8.907)]
    public void QuantilesOfChiSquared(double freedom, double upper, double lower)
    {
        Assert.Equal(upper, Reliability.ChiSquared(WilsonInterval.Z95, freedom), 0.05);
        Assert.Equal(lower, Reliability.ChiSquared(-WilsonInterval.Z95, freedom), 0.05);
    }

    [Fact]
    public void HalvesAreRankingsOfTheirPromptsAlone()
    {
        RolloutScore[] log = Log.Independent(6, 16, seed: 8, _ => 0.5);
        RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
        double[] percents = [5, 30, 100];
        double[] scores = SplitHalves.Scores(window, percents, seed: 21, splits: 64);
        int split = 0;
        for (; split < 64; split++)
        {
            for (int half = 0; half < 2; half++)
            {
                RolloutScore[] own = [.. log.Where(row => ((SplitMix64.Hash(21, (uint)row.Prompt) >> split) & 1) == (ulong)(1 - half))];
                Assert.InRange(own.Length, 1, log.Length - 1);
                for (int p = 0; p < percents.Length; p++)
                {
                    RankingOptions options = new() { HardestPercent = percents[p], WindowSteps = 6, Replicates = 1 };
                    double expected = CheckpointRanking.Rank(own, [6], options, seed: 1).Checkpoints[0].Score!.Value;
                    Assert.Equal(expected, scores[(((split * 2) + half) * percents.Length) + p], Tolerance.Rounding);
                }
            }
        }
    }
}
