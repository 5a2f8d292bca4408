using Hone.Selection;

namespace Hone.Report;

/// <summary>The completions that the pick's score is made of.</summary>
/// <param name="Pick">The pick.</param>
/// <param name="FirstStep">The first step of its window.</param>
/// <param name="Rows">Rows of the log with an uncertainty and a reward, most uncertain first.</param>
internal sealed record PickWindow(CheckpointScore Pick, int FirstStep, IReadOnlyList<int> Rows)
{
    /// <summary>The window of the pick; null without a pick.</summary>
    public static PickWindow? Of(ReportSource source)
    {
        if (source.Ranking.Checkpoints.FirstOrDefault(row => row.Step == source.Ranking.Pick) is not { } pick)
        {
            return null;
        }

        // (C - delta, C] in the paper, [C - delta, C] in the released script.
        long first = (long)pick.Step - source.Options.WindowSteps + (source.Options.Reading == RankingReading.Paper ? 1 : 0);
        IEnumerable<int> rows = Enumerable.Range(0, source.Rollouts.Count).Where(i =>
            source.Rollouts[i] is { } rollout && rollout.Step >= first && rollout.Step <= pick.Step
            && double.IsFinite(source.Uncertainty(rollout)) && double.IsFinite(rollout.Reward));
        return new PickWindow(
            pick, (int)Math.Max(1, first), [.. rows.OrderByDescending(i => source.Uncertainty(source.Rollouts[i]))]);
    }
}
