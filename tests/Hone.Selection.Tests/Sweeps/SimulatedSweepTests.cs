using Hone.Selection.Tests.Ranking;

namespace Hone.Selection.Tests.Sweeps;

/// <summary>Runs whose truth is known: where p matters, where it does not, and where nothing differs.</summary>
public sealed class SimulatedSweepTests
{
    private const int Interval = 20;
    private const int Count = 24;
    private static readonly int[] Checkpoints = [.. Enumerable.Range(1, Count).Select(i => i * Interval)];

    [Fact]
    public void WhereOnlyTheHardestTellCheckpointsApartASmallPercentIsChosen()
    {
        // Each stretch between checkpoints has a quality of its own, by a fixed shuffle. The hardest
        // 5 % show it; all others are noise of ten times its size.
        RolloutScore[] log = Run(seed: 11, (stretch, anll, noise) => anll > 0.95 ? Quality(stretch) + (0.05 * noise) : 10 * noise);
        int best = Checkpoints.MaxBy(step => Quality(step / Interval));
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, new SweepOptions { WindowSteps = [Interval] }, seed: 1);
        Assert.Equal(SweepVerdict.Differs, sweep.Recommended.Verdict);
        Assert.Equal(3, sweep.Recommended.HardestPercent);
        Assert.All(sweep.Cells.Where(cell => cell.HardestPercent <= 3), cell => Assert.Equal(best, cell.Pick));
        Assert.All(sweep.Cells.Where(cell => cell.HardestPercent <= 3), cell => Assert.InRange(cell.Stability!.Value.Low, 0.9, 1));
        Assert.All(sweep.Cells.Where(cell => cell.HardestPercent >= 20), cell => Assert.True(cell.Stability!.Value.Value < 0.6));
        Assert.DoesNotContain(7, sweep.Recommended.WithinNoise);
    }

    [Fact]
    public void WhereOnlyTheEasyTellCheckpointsApartTheDefaultGivesWay()
    {
        RolloutScore[] log = Run(seed: 12, (stretch, anll, noise) => anll > 0.9 ? 10 * noise : Quality(stretch) + noise);
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, new SweepOptions { WindowSteps = [Interval] }, seed: 1);
        Assert.Equal(SweepVerdict.Differs, sweep.Recommended.Verdict);
        Assert.InRange(sweep.Recommended.HardestPercent, 20, 100);
    }

    [Fact]
    public void WhereAllTellTheSameTheCurveIsFlatAndTheDefaultStays()
    {
        RolloutScore[] log = Run(seed: 13, (stretch, _, noise) => Quality(stretch) + (0.1 * noise));
        SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, new SweepOptions { WindowSteps = [Interval] }, seed: 1);
        Assert.Equal(SweepVerdict.Flat, sweep.Recommended.Verdict);
        Assert.Equal((3.0, Interval), (sweep.Recommended.HardestPercent, sweep.Recommended.WindowSteps));
        Assert.Equal(1.0, sweep.PickAgreement!.Value);
        Assert.Equal(sweep.Cells.Count, sweep.Recommended.WithinNoise.Count);
    }

    [Fact]
    public void WhereNothingDiffersNothingIsRecommendedOverTheDefault()
    {
        int signals = 0;
        for (ulong seed = 20; seed < 30; seed++)
        {
            RolloutScore[] log = Run(seed, (_, _, noise) => noise);
            SweepOptions options = new() { WindowSteps = [Interval], Replicates = 1, HardestPercents = [3, 10, 100] };
            SweepResult sweep = CheckpointSweep.Run(log, Checkpoints, options, seed);
            signals += sweep.Recommended.Verdict == SweepVerdict.NoSignal ? 0 : 1;
            Assert.Equal(3, sweep.Recommended.HardestPercent);
        }

        // Three cells with a chance of 2.5 % each to look like a signal: 7 % of runs at most.
        Assert.InRange(signals, 0, 2);
    }

    [Fact]
    public void TheIntervalOfAStabilityCoversItsTruth()
    {
        // The scores of p = 100 have variance 1 of their own and 2 / 3 of noise from 30 prompts with variance 20: reliability 0.6.
        const double Truth = 1 / (1 + (20.0 / 30));
        const int Runs = 200;
        int covered = 0;
        for (ulong run = 0; run < Runs; run++)
        {
            SplitMix64 random = new(SplitMix64.Hash(77, run));
            List<RolloutScore> log = [];
            for (int step = 1; step <= 12; step++)
            {
                double quality = Normal(ref random);
                for (int prompt = 0; prompt < 30; prompt++)
                {
                    log.Add(Log.Row(step, prompt, 0, prompt, quality + (Math.Sqrt(20) * Normal(ref random))));
                }
            }

            SweepOptions options = new() { WindowSteps = [1], HardestPercents = [100], Replicates = 1, Splits = 30 };
            SweepResult sweep = CheckpointSweep.Run([.. log], [.. Enumerable.Range(1, 12)], options, run);
            SweepStability stability = sweep.Cells[0].Stability!.Value;
            covered += stability.Low <= Truth && Truth <= stability.High ? 1 : 0;
        }

        Assert.InRange(covered / (double)Runs, 0.90, 0.99);
    }

    private static double Quality(int stretch) => stretch * 7 % (Count + 1) / (double)Count;

    private static RolloutScore[] Run(ulong seed, Func<int, double, double, double> reward)
    {
        SplitMix64 random = new(seed);
        List<RolloutScore> log = [];
        for (int step = 1; step <= Count * Interval; step++)
        {
            int stretch = (step + Interval - 1) / Interval;
            for (int prompt = 0; prompt < 50; prompt++)
            {
                double anll = SplitMix64.Unit(random.Next());
                log.Add(Log.Row(step, prompt, 0, anll, reward(stretch, anll, Normal(ref random))));
            }
        }

        return [.. log];
    }

    private static double Normal(ref SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - SplitMix64.Unit(random.Next()))) * Math.Cos(2 * Math.PI * SplitMix64.Unit(random.Next()));
}
