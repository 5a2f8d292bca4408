namespace Hone.Selection;

/// <summary>The controls that stand beside every ranking.</summary>
internal static class ControlTable
{
    public static RankingControl[] Of(WindowFindings[] windows) =>
    [
        Last(windows),
        Highest(RankingControls.TrainReward, windows, window => window.Checkpoint.TrainReward),
        Highest(RankingControls.TopReward, windows, window => window.TopReward),
        Highest(RankingControls.LowReward, windows, window => window.LowReward),
        Random(windows),
    ];

    /// <summary>The control of a value that is known by step.</summary>
    public static RankingControl Highest(string name, IEnumerable<int> steps, IReadOnlyDictionary<int, double> values) =>
        Highest(name, [.. steps.Select(step => new ControlValue(step, values.TryGetValue(step, out double v) ? v : null, null))]);

    private static RankingControl Last(WindowFindings[] windows)
    {
        ControlValue[] values = [.. windows.Select(w => new ControlValue(w.Checkpoint.Step, w.Checkpoint.Score, null))];
        return new RankingControl(RankingControls.Last, values[^1].Step, values[^1].Value, null, [], values)
        {
            PickShares = [.. values.Select((_, i) => i == values.Length - 1 ? 1.0 : 0.0)],
        };
    }

    // A mean over random choices is expected to be the mean of all; which one a random choice picks is another matter.
    private static RankingControl Random(WindowFindings[] windows)
    {
        ControlValue[] values = [.. windows.Select(w => new ControlValue(w.Checkpoint.Step, w.RandomMean, w.RandomDeviation))];
        double[] shares = RandomSubset.PickShares(values);
        HighestPick pick = HighestPick.Of([.. shares.Select((share, i) => values[i].Value is null ? (double?)null : share)]);
        ControlValue? picked = pick.Index is int index ? values[index] : null;
        return new RankingControl(RankingControls.Random, picked?.Step, picked?.Value, picked?.Deviation, [], values) { PickShares = shares };
    }

    private static RankingControl Highest(string name, WindowFindings[] windows, Func<WindowFindings, double?> value) =>
        Highest(name, [.. windows.Select(w => new ControlValue(w.Checkpoint.Step, value(w), null))]);

    private static RankingControl Highest(string name, ControlValue[] values)
    {
        HighestPick pick = HighestPick.Of([.. values.Select(v => v.Value)]);
        ControlValue? picked = pick.Index is int index ? values[index] : null;
        return new RankingControl(
            name, picked?.Step, picked?.Value, null, [.. pick.Tied.Select(i => values[i].Step)], values)
        {
            PickShares = pick.Shares(values.Length),
        };
    }
}
