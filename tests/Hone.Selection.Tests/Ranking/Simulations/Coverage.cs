namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>In what share of simulated runs an interval holds the truth.</summary>
/// <param name="Ours">Of ranking's interval.</param>
/// <param name="Blocks">Of plain moving blocks.</param>
/// <param name="Plain">Of completions resampled one by one.</param>
/// <param name="Width">Mean width of ranking's interval.</param>
internal readonly record struct Coverage(double Ours, double Blocks, double Plain, double Width)
{
    /// <summary>Simulates runs in parallel; run i has seed i + 1.</summary>
    public static Coverage Of(SimulatedRun run, double percent, int runs)
    {
        RankingOptions options = new() { WindowSteps = run.Steps, HardestPercent = percent };
        object adding = new();
        (int ours, int blocks, int plain, double width) = (0, 0, 0, 0.0);
        Parallel.For(0, runs, i =>
        {
            ulong seed = (ulong)i + 1;
            RolloutScore[] log = run.Draw(seed);
            CheckpointScore score = CheckpointRanking.Rank(log, [run.Steps], options, seed).Checkpoints[0];
            RankedWindow window = RankedWindow.Of(log, RankingReading.Paper);
            Interval moving = OtherIntervals.MovingBlocks(window, percent, options.Replicates, seed);
            Interval single = OtherIntervals.Plain(window, score.Hard, options.Replicates, seed);
            lock (adding)
            {
                ours += Holds(new Interval(score.Low!.Value, score.High!.Value), run.Truth);
                blocks += Holds(moving, run.Truth);
                plain += Holds(single, run.Truth);
                width += score.High.Value - score.Low.Value;
            }
        });
        return new Coverage((double)ours / runs, (double)blocks / runs, (double)plain / runs, width / runs);
    }

    private static int Holds(Interval interval, double truth) =>
        interval.Low - Tolerance.Rounding <= truth && truth <= interval.High + Tolerance.Rounding ? 1 : 0;
}
