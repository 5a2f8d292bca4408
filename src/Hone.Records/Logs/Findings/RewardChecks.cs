using System.Globalization;

namespace Hone.Records.Logs.Findings;

/// <summary>What a log's rewards and groups (the completions of one prompt at one step) say about it.</summary>
internal static class RewardChecks
{
    // Rewards of a rule take few values; with more, a group without any spread is unlikely in a whole log too.
    private const int FewValues = 8;

    // So many groups all mixed by chance would need a model that solves next to every prompt half of the time.
    private const int FewestGroups = 30;

    /// <summary>What is odd about rewards and groups.</summary>
    internal static IEnumerable<LogFinding> Of(RolloutLog log)
    {
        (double lowest, double highest) = (double.MaxValue, double.MinValue);
        double[] values = new double[FewValues + 1];
        int different = 0;
        foreach (double reward in log.Rewards)
        {
            (lowest, highest) = (Math.Min(lowest, reward), Math.Max(highest, reward));
            if (different <= FewValues && Array.IndexOf(values, reward, 0, different) < 0)
            {
                values[different++] = reward;
            }
        }

        return Findings(lowest, highest, different is > 1 and <= FewValues, Groups(log));
    }

    private static IEnumerable<LogFinding> Findings(double lowest, double highest, bool fewValues, IReadOnlyCollection<Group> groups)
    {
        if (lowest < 0 || highest > 1)
        {
            yield return new LogFinding("reward_scale", string.Create(CultureInfo.InvariantCulture,
                $"rewards run from {lowest:G6} to {highest:G6}, not from 0 to 1: scores are on "
                + $"that scale"));
        }

        int several = 0, mixed = 0;
        var sizes = new SortedDictionary<int, int>();
        foreach (Group group in groups)
        {
            sizes[group.Count] = sizes.GetValueOrDefault(group.Count) + 1;
            several += group.Count > 1 ? 1 : 0;
            mixed += group.Highest > group.Lowest ? 1 : 0;
        }

        if (fewValues && several >= FewestGroups && mixed == several)
        {
            yield return new LogFinding("filtered_groups", string.Create(CultureInfo.InvariantCulture,
                $"all {several} groups have different rewards in them, as after dynamic sampling: "
                + $"prompts that are always or never solved seem to be missing from this log"));
        }

        if (sizes.Count > 1)
        {
            (int size, int ordinary) = sizes.MaxBy(pair => pair.Value);
            yield return new LogFinding("unequal_groups", string.Create(CultureInfo.InvariantCulture,
                $"{groups.Count - ordinary} of {groups.Count} groups (a prompt's completions at one "
                + $"step) have other than {size} completions, from {sizes.Keys.Min()} to {sizes.Keys.Max()}"));
        }
    }

    // Most groups lie together, so that a few entries stand for a log; those that do not are merged here.
    private static Dictionary<(int Step, int Prompt), Group>.ValueCollection Groups(RolloutLog log)
    {
        var groups = new Dictionary<(int Step, int Prompt), Group>(log.PromptIds.Count);
        (int, int) last = default;
        var group = new Group(0, 0, 0);
        ReadOnlySpan<int> steps = log.Steps, prompts = log.Prompts;
        ReadOnlySpan<double> rewards = log.Rewards;
        for (int i = 0; i < steps.Length; i++)
        {
            (int, int) key = (steps[i], prompts[i]);
            double reward = rewards[i];
            if (i > 0 && key == last)
            {
                group = group.With(new Group(1, reward, reward));
                continue;
            }

            Close();
            (last, group) = (key, new Group(1, reward, reward));
        }

        Close();
        return groups.Values;

        void Close()
        {
            if (group.Count > 0)
            {
                groups[last] = groups.TryGetValue(last, out Group known) ? known.With(group) : group;
            }
        }
    }

    /// <summary>Completions of one prompt at one step, and their rewards' range.</summary>
    private readonly record struct Group(int Count, double Lowest, double Highest)
    {
        internal Group With(Group other) =>
            new(Count + other.Count, Math.Min(Lowest, other.Lowest), Math.Max(Highest, other.Highest));
    }
}
