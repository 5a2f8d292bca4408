using Hone.Selection;

namespace Hone.Report;

/// <summary>Completions of nearly the same uncertainty.</summary>
/// <param name="Low">The least uncertainty, nats per token.</param>
/// <param name="High">The greatest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Reward">Mean reward.</param>
/// <param name="Error">Its standard error, as if completions were independent; null for one completion.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Truncated">Share of those that were cut off.</param>
/// <param name="Least">The least reward.</param>
/// <param name="Most">The greatest.</param>
internal sealed record UncertaintyBin(
    double Low, double High, double Mean, double Reward, double? Error, int Count, double Truncated, double Least, double Most);

/// <summary>Reward against uncertainty in the pick's window.</summary>
/// <param name="Bins">Of equal size, least uncertain first.</param>
/// <param name="Points">A sample of [uncertainty, reward], evenly spaced in uncertainty's order; empty where rewards take few
/// values, for then the points are a few lines.</param>
/// <param name="Correlation">Spearman's rank correlation; null where it is not defined.</param>
internal sealed record RewardByUncertainty(
    IReadOnlyList<UncertaintyBin> Bins, IReadOnlyList<double[]> Points, double? Correlation)
{
    private const int MostBins = 20;
    private const int BinSize = 10;
    private const int MostPoints = 1500;
    private const int FewRewards = 8;

    /// <summary>Gathers it; null for a window of fewer than two completions.</summary>
    public static RewardByUncertainty? Of(ReportSource source, PickWindow window)
    {
        RolloutScore[] ordered = [.. window.Rows.Reverse().Select(i => source.Rollouts[i])];
        if (ordered.Length < 2)
        {
            return null;
        }

        int bins = Math.Clamp(ordered.Length / BinSize, 2, MostBins);
        double[] uncertainty = [.. ordered.Select(source.Uncertainty)], reward = [.. ordered.Select(rollout => rollout.Reward)];
        bool few = reward.Distinct().Take(FewRewards + 1).Count() <= FewRewards;
        double correlation = RankCorrelation.Spearman(uncertainty, reward);
        return new RewardByUncertainty(
            [.. Enumerable.Range(0, bins).Select(bin => Bin(
                source, ordered[(int)((long)ordered.Length * bin / bins)..(int)((long)ordered.Length * (bin + 1) / bins)]))],
            few ? [] : [.. Thinning.Places(ordered.Length, MostPoints).Select(i => (double[])
                [NumberText.ForChart(uncertainty[i])!.Value, NumberText.ForChart(reward[i])!.Value])],
            double.IsFinite(correlation) ? correlation : null);
    }

    private static UncertaintyBin Bin(ReportSource source, RolloutScore[] members)
    {
        double mean = members.Average(rollout => rollout.Reward);
        double squares = members.Sum(rollout => (rollout.Reward - mean) * (rollout.Reward - mean));
        return new UncertaintyBin(
            source.Uncertainty(members[0]), source.Uncertainty(members[^1]), members.Average(source.Uncertainty), mean,
            members.Length > 1 ? Math.Sqrt(squares / (members.Length - 1) / members.Length) : null, members.Length,
            members.Average(rollout => rollout.Truncated ? 1.0 : 0.0), members.Min(rollout => rollout.Reward), members.Max(rollout => rollout.Reward));
    }
}
