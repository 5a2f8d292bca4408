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
        Highest(RankingControls.Random, windows, window => window.RandomMean, window => window.RandomDeviation),
    ];

    /// <summary>The control of a value that is known by step.</summary>
    public static RankingControl Highest(string name, IEnumerable<int> steps, IReadOnlyDictionary<int, double> values) =>
        Highest(name, [.. steps.Select(step => new ControlValue(step, values.TryGetValue(step, out double v) ? v : null, null))]);

    private static RankingControl Last(WindowFindings[] windows)
    {
        ControlValue[] values = [.. windows.Select(w => new ControlValue(w.Checkpoint.Step, w.Checkpoint.Score, null))];
        return new RankingControl(RankingControls.Last, values[^1].Step, values[^1].Value, null, [], values);
    }

    private static RankingControl Highest(
        string name,
        WindowFindings[] windows,
        Func<WindowFindings, double?> value,
        Func<WindowFindings, double?>? deviation = null) =>
        Highest(name, [.. windows.Select(w => new ControlValue(w.Checkpoint.Step, value(w), deviation?.Invoke(w)))]);

    private static RankingControl Highest(string name, ControlValue[] values)
    {
        HighestPick pick = HighestPick.Of([.. values.Select(v => v.Value)]);
        ControlValue? picked = pick.Index is int index ? values[index] : null;
        int[] tied = [.. pick.Tied.Select(i => values[i].Step)];
        return new RankingControl(name, picked?.Step, picked?.Value, picked?.Deviation, tied, values);
    }
}
