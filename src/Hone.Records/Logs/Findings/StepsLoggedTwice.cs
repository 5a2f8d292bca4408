namespace Hone.Records.Logs.Findings;

/// <summary>
/// Tells a step that was logged twice from one that several processes wrote a part of each. In one file a step comes back behind
/// others. In two files it is twice there if its name says so, if a sample of a prompt is, or if all its rows are the same.
/// </summary>
internal static class StepsLoggedTwice
{
    /// <summary>The steps, in order.</summary>
    internal static SortedSet<int> In(RolloutLog log)
    {
        var twice = new SortedSet<int>();
        var fileOf = new Dictionary<int, int>();
        var shared = new HashSet<int>();
        for (int file = 0; file < log.FileRows.Count; file++)
        {
            var own = new HashSet<int>();
            ReadOnlySpan<int> steps = log.Steps[Rows(log, file)];
            for (int i = 0; i < steps.Length; i++)
            {
                if (i > 0 && steps[i] == steps[i - 1])
                {
                    continue;
                }

                bool isNamed = log.FileRows[file].File.Step is not null;
                bool isElsewhere = !fileOf.TryAdd(steps[i], file) && fileOf[steps[i]] != file;
                if (!own.Add(steps[i]) || (isElsewhere && isNamed))
                {
                    twice.Add(steps[i]);
                }
                else if (isElsewhere)
                {
                    shared.Add(steps[i]);
                }
            }
        }

        if (shared.Count > 0)
        {
            twice.UnionWith(log.SamplesAreGiven ? SameSamples(log, shared) : SameRows(log, shared));
        }

        return twice;
    }

    private static Range Rows(RolloutLog log, int file) =>
        log.FileRows[file].FirstRow..(file + 1 < log.FileRows.Count ? log.FileRows[file + 1].FirstRow : log.Count);

    private static List<int> SameSamples(RolloutLog log, HashSet<int> shared)
    {
        List<int> same = [];
        var seen = new HashSet<(int Step, int Prompt, int Sample)>();
        for (int i = 0; i < log.Count; i++)
        {
            if (shared.Contains(log.Steps[i]) && !seen.Add((log.Steps[i], log.Prompts[i], log.Samples[i])))
            {
                same.Add(log.Steps[i]);
            }
        }

        return same;
    }

    /// <summary>Steps with the same rows in two files. Rows without log-probabilities are too much alike to tell.</summary>
    private static List<int> SameRows(RolloutLog log, HashSet<int> shared)
    {
        List<int> same = [];
        var seen = new HashSet<(int Step, UInt128 Rows)>();
        for (int file = 0; file < log.FileRows.Count; file++)
        {
            var steps = new Dictionary<int, UInt128>();
            (int start, int count) = Rows(log, file).GetOffsetAndLength(log.Count);
            for (int i = start; i < start + count; i++)
            {
                if (shared.Contains(log.Steps[i]) && double.IsFinite(log.MeanLogprobs[i]))
                {
                    var key = new UInt128(BitConverter.DoubleToUInt64Bits(log.MeanLogprobs[i]), BitConverter.DoubleToUInt64Bits(log.Rewards[i]));
                    steps[log.Steps[i]] = steps.GetValueOrDefault(log.Steps[i]) + PromptKey.Of(key, (UInt128)log.Prompts[i]);
                }
            }

            same.AddRange(steps.Where(step => !seen.Add((step.Key, step.Value))).Select(step => step.Key));
        }

        return same;
    }
}
