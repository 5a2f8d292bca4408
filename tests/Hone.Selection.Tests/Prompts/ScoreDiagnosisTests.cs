namespace Hone.Selection.Tests.Prompts;

public sealed class ScoreDiagnosisTests
{
    private const int Count = 400;

    [Fact]
    public void TheDistributionOfAFewScores()
    {
        ScoreDistribution scores = ScoreDistribution.Of([0.0, 0.25, 0.5, 0.75, 1.0], [5, 4, 3, 2, 1], [7, 7, 7, 7, 7]);
        Assert.Equal((5, 0.5), (scores.Count, scores.Mean));
        Assert.Equal(Math.Sqrt(0.625 / 4), scores.Deviation, Tolerance.Rounding);
        Assert.Equal([0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0], scores.Quantiles.Select(value => Math.Round(value, 12)));
        Assert.Equal([0, 5, 10, 15, 19], Enumerable.Range(0, 20).Where(bin => scores.Histogram[bin] == 1));
        Assert.Equal(5, scores.Histogram.Sum());
        Assert.Equal(1.0 / 5, scores.NearMean, Tolerance.Rounding);
        Assert.Equal(-1.0, scores.LengthCorrelation!.Value, Tolerance.Rounding);
        Assert.Null(scores.PromptCorrelation);
        Assert.Throws<ArgumentException>(() => ScoreDistribution.Of([], [], []));
        Assert.Throws<ArgumentException>(() => ScoreDistribution.Of([0.5], [1, 2], [1]));
    }

    [Fact]
    public void TwoHumpsWithNothingBetweenAreAValley()
    {
        ScoreFinding finding = Assert.Single(Findings((i, u) => i % 2 == 0 ? 0.1 + (0.1 * u) : 0.8 + (0.1 * u)));
        Assert.Equal(ScoreFindings.EmptyValley, finding.Id);
        Assert.Contains("0.0 % of the prompts", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneHumpAUniformSpreadAndALongTailAreNoValley()
    {
        Assert.Empty(Findings((_, u) => u));
        Assert.Empty(Findings((_, u) => 0.5 + (0.2 * (u - 0.5))));
        Assert.Empty(Findings((_, u) => u * u * u));
    }

    [Fact]
    public void NearlyConstantScoresAreNoBetterThanChance()
    {
        ScoreFinding finding = Assert.Single(Findings((_, u) => 0.40 + (0.03 * u)));
        Assert.Equal(ScoreFindings.NearlyConstant, finding.Id);
        Assert.Equal(ScoreFindings.NearlyConstant, Assert.Single(Findings((_, _) => 0.3)).Id);
    }

    [Fact]
    public void LengthThatExplainsTheScoreIsSaid()
    {
        double[] s = Uniform((_, u) => u), lengths = [.. s.Select(value => 100 - (50 * value))];
        double[] other = Uniform((_, u) => 1 - u, seed: 9);
        Assert.Equal(
            [ScoreFindings.TargetLength], ScoreFindings.Of(ScoreDistribution.Of(s, lengths, other)).Select(finding => finding.Id));
        Assert.Equal(
            [ScoreFindings.PromptLength], ScoreFindings.Of(ScoreDistribution.Of(s, other, lengths)).Select(finding => finding.Id));
    }

    [Fact]
    public void FewPromptsAreNotJudged() => Assert.Equal(
        ScoreFindings.FewPrompts, Assert.Single(ScoreFindings.Of(ScoreDistribution.Of([0.1, 0.9], [1, 2], [1, 2]))).Id);

    private static IReadOnlyList<ScoreFinding> Findings(Func<int, double, double> score) => ScoreFindings.Of(
        ScoreDistribution.Of(Uniform(score), Uniform((_, u) => u, seed: 8), Uniform((_, u) => u, seed: 9)));

    private static double[] Uniform(Func<int, double, double> score, ulong seed = 7) =>
        [.. Enumerable.Range(0, Count).Select(i => score(i, SplitMix64.Unit(SplitMix64.Hash(seed, (ulong)i))))];
}
