namespace Hone.Selection;

/// <summary>The reference code's units: records summed up by prompt.</summary>
internal static class PromptUnits
{
    /// <summary>Groups a window of at least one record by prompt.</summary>
    /// <remarks>A prompt's unit belongs to one of the steps that have its records, chosen by a hash of its number. In all windows
    /// that is a choice without regard to rewards, and prompts of one step, the usual case, keep theirs.</remarks>
    public static RankedWindow Window(ReadOnlySpan<RolloutScore> records)
    {
        int[] stepOf = new int[records.Length];
        int steps = RankedWindow.StepIndices(records, stepOf);
        List<Prompt> prompts = Group(records, stepOf);

        // Prompts are listed by number, so ties of the stable sort fall in prompt order.
        double[] keys = [.. prompts.Select(prompt => -prompt.MeanAnll)];
        int[] order = HighestFirst.Sort(keys);
        return new RankedWindow
        {
            Uncertainty = [.. order.Select(p => prompts[p].MeanAnll)],
            Reward = [.. order.Select(p => prompts[p].MaxReward)],
            Truncated = [.. order.Select(p => prompts[p].TruncatedShare)],
            UnitStep = [.. order.Select(p => prompts[p].Step)],
            UnitPrompt = [.. order.Select(p => prompts[p].Number)],
            Records = records.Length,
            Steps = steps,
            TrainReward = RankedWindow.MeanReward(records),
        };
    }

    private static List<Prompt> Group(ReadOnlySpan<RolloutScore> records, ReadOnlySpan<int> stepOf)
    {
        // Prompt in the high half and place in the low one: unique keys, so the plain sort groups by prompt and keeps
        // records in step order within it. Flipping the sign bit makes negative prompt numbers sort first.
        ulong[] keys = new ulong[records.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = ((ulong)((uint)records[i].Prompt ^ 0x80000000) << 32) | (uint)i;
        }

        Array.Sort(keys);
        List<Prompt> prompts = [];
        int start = 0;
        for (int i = 1; i <= keys.Length; i++)
        {
            if (i == keys.Length || keys[i] >> 32 != keys[start] >> 32)
            {
                prompts.Add(Sum(keys.AsSpan(start, i - start), records, stepOf));
                start = i;
            }
        }

        return prompts;
    }

    private static Prompt Sum(ReadOnlySpan<ulong> keys, ReadOnlySpan<RolloutScore> records, ReadOnlySpan<int> stepOf)
    {
        double anll = 0.0;
        double max = double.NegativeInfinity;
        int truncated = 0;
        foreach (ulong key in keys)
        {
            int i = (int)(uint)key;
            RolloutScore record = records[i];
            anll += record.Anll;
            max = Math.Max(max, record.Reward);
            truncated += record.Truncated ? 1 : 0;
        }

        int n = keys.Length;
        int chosen = new SplitMix64(keys[0] >> 32).Below(n);
        return new Prompt(records[(int)(uint)keys[0]].Prompt, stepOf[(int)(uint)keys[chosen]], anll / n, max, (double)truncated / n);
    }

    private readonly record struct Prompt(int Number, int Step, double MeanAnll, double MaxReward, double TruncatedShare);
}
