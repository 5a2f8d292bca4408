namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>In what share of simulated runs an interval holds the truth.</summary>
/// <param name="Ours">Of ranking's interval.</param>
/// <param name="Blocks">Of plain moving blocks.</param>
/// <param name="Plain">Of completions resampled one by one.</param>
/// <param name="Width">Mean width of ranking's interval.</param>
internal readonly record struct Coverage(double Ours, double Blocks, double Plain, double Width)
{
    /// <summary>Simulates runs in parallel; run i has seed i + 1.</summary>
    public static Coverage Of(SimulatedRun run, double percent, int runs) => Of(
        seed => run.Draw(seed), run.Truth, new RankingOptions { WindowSteps = run.Steps, HardestPercent = percent }, runs);

    /// <summary>The same of any runs of one window.</summary>
    public static Coverage Of(Func<ulong, RolloutScore[]> draw, double truth, RankingOptions options, int runs)
    {
        object adding = new();
        (int ours, int blocks, int plain, double width) = (0, 0, 0, 0.0);
        Parallel.For(0, runs, i =>
        {
            ulong seed = (ulong)i + 1;
            RolloutScore[] log = draw(seed);
            CheckpointScore score = CheckpointRanking.Rank(log, [options.WindowSteps], options, seed).Checkpoints[0];
            RankedWindow window = RankedWindow.Of(log, options.Reading);
            Interval moving = OtherIntervals.MovingBlocks(window, options.HardestPercent, options.Replicates, seed);
            Interval single = OtherIntervals.Plain(window, score.Hard, options.Replicates, seed);
            lock (adding)
            {
                ours += Holds(new Interval(score.Low!.Value, score.High!.Value), truth);
                blocks += Holds(moving, truth);
                plain += Holds(single, truth);
                width += score.High.Value - score.Low.Value;
            }
        });
        return new Coverage((double)ours / runs, (double)blocks / runs, (double)plain / runs, width / runs);
    }

    private static int Holds(Interval interval, double truth) =>
        interval.Low - Tolerance.Rounding <= truth && truth <= interval.High + Tolerance.Rounding ? 1 : 0;
}
