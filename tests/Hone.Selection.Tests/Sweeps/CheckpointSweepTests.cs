using Hone.Selection.Tests.Ranking;

namespace Hone.Selection.Tests.Sweeps;

/// <summary>A sweep's cells against rankings of the same p and delta.</summary>
public sealed class CheckpointSweepTests
{
    private static readonly int[] Checkpoints = [10, 20, 30, 40];

    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void EveryCellIsTheRankingOfItsPercentAndWindow(RankingReading reading)
    {
        RolloutScore[] log = Log.Independent(40, 24, seed: 5, step => 0.3 + (step * 0.01));
        SweepOptions options = new() { WindowSteps = [20, 5], HardestPercents = [100, 3, 12.5], Reading = reading };
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, options, seed: 9);
        Assert.Equal([3, 12.5, 100], sweep.HardestPercents);
        Assert.Equal([5, 20], sweep.WindowSteps);
        Assert.Equal(6, sweep.Cells.Count);
        foreach (SweepCell cell in sweep.Cells)
        {
            RankingOptions alone = new()
            {
                HardestPercent = cell.HardestPercent, WindowSteps = cell.WindowSteps, Reading = reading,
            };
            RankingResult ranking = CheckpointRanking.Rank(log, Checkpoints, alone, seed: 9);
            Assert.Equal(ranking.Pick, cell.Pick);
            foreach ((CheckpointScore expected, SweepScore point) in ranking.Checkpoints.Zip(cell.Curve))
            {
                Assert.Equal((expected.Step, expected.Hard, expected.Samples), (point.Step, point.Hard, point.Samples));
                Assert.Equal(expected.Score!.Value, point.Score!.Value, Tolerance.Rounding);
                Assert.Equal(expected.Low!.Value, point.Low!.Value, Tolerance.Rounding);
                Assert.Equal(expected.High!.Value, point.High!.Value, Tolerance.Rounding);
                Assert.Equal(expected.ProbabilityBest!.Value, point.ProbabilityBest!.Value, Tolerance.Rounding);
            }

            Assert.Equal(1.0, cell.Curve.Sum(point => point.ProbabilityBest!.Value), Tolerance.Rounding);
            Assert.Equal(cell.Curve.Single(point => point.Step == cell.Pick).ProbabilityBest, cell.ProbabilityBest);
        }

        Assert.Same(sweep.Cells[4], sweep.Cell(window: 1, percent: 1));
    }

    [Fact]
    public void RepeatedPromptsOfTheReferenceCodesReadingAreResampledTogether()
    {
        // Prompts come again in every step, so that a resample reorders them.
        RolloutScore[] log = Log.Independent(12, 30, seed: 2, _ => 0.5);
        SweepOptions options = new() { WindowSteps = [6], HardestPercents = [10, 40], Reading = RankingReading.ReferenceCode };
        SweepResult several = CheckpointSweep.Run(log, [6, 12], options, seed: 3);
        SweepResult one = CheckpointSweep.Run(log, [6, 12], options with { HardestPercents = [40] }, seed: 3);
        Assert.Equal(one.Cells[0].Curve, several.Cells[1].Curve);
        Assert.All(several.Cells.SelectMany(cell => cell.Curve), point => Assert.Equal(30, point.Samples));
    }

    [Fact]
    public void OneLogAndSeedGiveOneResultWhateverTheOrder()
    {
        RolloutScore[] log = Log.Independent(40, 20, seed: 6, _ => 0.5);
        SweepOptions options = new() { WindowSteps = [10, 20], Replicates = 30, Splits = 5 };
        SweepResult first = CheckpointSweep.Run(log, Checkpoints, options, seed: 1);
        Array.Reverse(log);
        SweepResult second = CheckpointSweep.Run(log, [40, 30, 20, 10, 10], options, seed: 1);
        Assert.Equal(first.Cells.SelectMany(cell => cell.Curve), second.Cells.SelectMany(cell => cell.Curve));
        Assert.Equal(first.Cells.Select(cell => cell.Stability), second.Cells.Select(cell => cell.Stability));
    }

    [Fact]
    public void AgreementCountsPicksAndRanksCurves()
    {
        // The hard one's reward rises with the checkpoints, that of all others falls.
        SweepOptions options = new() { WindowSteps = [1], HardestPercents = [10, 15, 100] };
        SweepResult sweep = CheckpointSweep.Run(Opposite(3), [1, 2, 3], options, seed: 1);
        Assert.Equal([3, 3, 1], sweep.Cells.Select(cell => cell.Pick));
        Assert.Equal(3, sweep.ModalPick);
        Assert.Equal(2.0 / 3, sweep.PickAgreement!.Value, Tolerance.Rounding);

        // Of the three pairs of curves one agrees and two are opposite.
        Assert.Equal(-1.0 / 3, sweep.MeanCorrelation!.Value, Tolerance.Rounding);
    }

    [Fact]
    public void TwoCheckpointsHaveNoCorrelation()
    {
        // It would be -1 or 1 whatever the scores.
        SweepResult sweep = CheckpointSweep.Run(
            Opposite(2), [1, 2], new SweepOptions { WindowSteps = [1], HardestPercents = [10, 15, 100] }, seed: 1);
        Assert.Equal(2.0 / 3, sweep.PickAgreement!.Value, Tolerance.Rounding);
        Assert.Null(sweep.MeanCorrelation);
    }

    [Fact]
    public void ACellAloneIsComparedWithNothing()
    {
        SplitMix64 random = new(3);
        RolloutScore[] log =
        [
            .. Enumerable.Range(1, 40).SelectMany(step => Enumerable.Range(0, 20).Select(prompt =>
                Log.Row(step, prompt, 0, SplitMix64.Unit(random.Next()), step + SplitMix64.Unit(random.Next())))),
        ];
        SweepOptions options = new() { WindowSteps = [10], HardestPercents = [20] };
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, options, seed: 1);
        Assert.Equal(SweepVerdict.OneCell, sweep.Recommended.Verdict);
        Assert.Equal((40, null, null), (sweep.ModalPick, sweep.PickAgreement, sweep.MeanCorrelation));
        SweepResult two = CheckpointSweep.Run(log, Checkpoints, options with { HardestPercents = [20, 50] }, seed: 1);
        Assert.Equal((SweepVerdict.Flat, 1.0), (two.Recommended.Verdict, two.PickAgreement));
    }

    [Fact]
    public void CellsThatPreferNoCheckpointDoNotAgree()
    {
        // At 10 % all checkpoints score 0 and the last is picked for being the last; the others prefer the first.
        RolloutScore[] log = [.. Opposite(3).Select(row => row.Prompt == 0 ? row with { Reward = 0 } : row)];
        SweepResult sweep = CheckpointSweep.Run(
            log, [1, 2, 3], new SweepOptions { WindowSteps = [1], HardestPercents = [10, 30, 100] }, seed: 1);
        Assert.Equal([3, 1, 1], sweep.Cells.Select(cell => cell.Pick));
        Assert.Equal([false, true, true], sweep.Cells.Select(cell => cell.Prefers));
        Assert.Equal((1, 1.0), (sweep.ModalPick, sweep.PickAgreement));
    }

    [Fact]
    public void OneCheckpointOnePromptAndConstantRewardsHaveNoStability()
    {
        SweepOptions options = new() { WindowSteps = [10] };
        RolloutScore[] log = Log.Independent(40, 20, seed: 4, _ => 0.5);
        SweepResult one = CheckpointSweep.Run(log, [40], options, seed: 1);
        Assert.All(one.Cells, cell => Assert.Equal((40, 1.0), (cell.Pick!.Value, Math.Round(cell.ProbabilityBest!.Value, 9))));
        AssertUnknown(one, SweepVerdict.OneCheckpoint);
        Assert.Equal((40, null, null), (one.ModalPick, one.PickAgreement, one.MeanCorrelation));

        AssertUnknown(CheckpointSweep.Run([.. log.Select(row => row with { Prompt = 7 })], Checkpoints, options, seed: 1));
        SweepResult constant = CheckpointSweep.Run([.. log.Select(row => row with { Reward = 0.1 })], Checkpoints, options, seed: 1);
        AssertUnknown(constant, SweepVerdict.EqualScores);
        Assert.All(constant.Cells, cell => Assert.Equal(40, cell.Pick));
        Assert.Equal((40, null, null), (constant.ModalPick, constant.PickAgreement, constant.MeanCorrelation));
    }

    [Fact]
    public void WindowsWithoutRecordsHaveNoScore()
    {
        RolloutScore[] log = [.. Log.Independent(40, 20, seed: 4, _ => 0.5).Where(row => row.Step is < 15 or > 32)];
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, new SweepOptions { WindowSteps = [5, 30] }, seed: 1);
        Assert.All(sweep.Cells.Take(8), cell => Assert.Equal([true, false, false, true], cell.Curve.Select(point => point.Score is not null)));
        Assert.All(sweep.Cells.Skip(8).SelectMany(cell => cell.Curve), point => Assert.NotNull(point.Score));

        SweepResult none = CheckpointSweep.Run(
            [.. log.Select(row => row with { Anll = double.NaN })], Checkpoints, new SweepOptions { WindowSteps = [5] }, seed: 1);
        Assert.All(none.Cells, cell => Assert.Null(cell.Pick));
        Assert.Equal((null, null), (none.ModalPick, none.PickAgreement));
        AssertUnknown(none, SweepVerdict.OneCheckpoint);
    }

    [Fact]
    public void OptionsOutsideTheirRangesAreRefused()
    {
        RolloutScore[] log = Log.Independent(4, 4, seed: 4, _ => 0.5);
        SweepOptions sound = new() { WindowSteps = [2] };
        SweepOptions[] outside =
        [
            sound with { HardestPercents = [0] }, sound with { HardestPercents = [101] }, sound with { HardestPercents = [double.NaN] },
            sound with { WindowSteps = [0] }, sound with { Splits = 65 }, sound with { Splits = 0 }, sound with { Replicates = 0 },
            sound with { WindowSteps = [.. Enumerable.Range(1, 51)] },
        ];
        Assert.All(outside, options => Assert.Throws<ArgumentOutOfRangeException>(() => CheckpointSweep.Run(log, [4], options, seed: 1)));
        Assert.Throws<ArgumentException>(() => CheckpointSweep.Run(log, [4], sound with { WindowSteps = [] }, seed: 1));
        Assert.Throws<ArgumentException>(() => CheckpointSweep.Run(log, [], sound, seed: 1));
    }

    // Ten prompts a step, the first the hardest; its reward is the step, that of the others is less by as much.
    private static RolloutScore[] Opposite(int steps) =>
    [
        .. Enumerable.Range(1, steps).SelectMany(step => Enumerable.Range(0, 10)
            .Select(prompt => Log.Row(step, prompt, 0, 10 - prompt, prompt == 0 ? step : -step))),
    ];

    private static void AssertUnknown(SweepResult sweep, SweepVerdict verdict = SweepVerdict.Unknown)
    {
        Assert.All(sweep.Cells, cell => Assert.Null(cell.Stability));
        Assert.Equal(verdict, sweep.Recommended.Verdict);
        Assert.Equal(3, sweep.Recommended.HardestPercent);
    }
}
