namespace Hone.Selection;

/// <summary>The rollouts that can be ranked, in (step, prompt, sample) order, and the counts of those that
/// cannot.</summary>
public sealed class UsableRollouts
{
    private readonly RolloutScore[] _sorted;

    // The steps that have records, ascending.
    private readonly int[] _steps;

    private UsableRollouts(RolloutScore[] sorted) => (_sorted, _steps) = (sorted, Distinct(sorted));

    /// <summary>Whose log-probabilities they have.</summary>
    public UncertaintySource Source { get; private init; }

    internal ReadOnlySpan<RolloutScore> All => _sorted;

    /// <summary>How many there were before any was left out.</summary>
    public int Total { get; private init; }

    /// <summary>How many were left out for their uncertainty.</summary>
    public int NonFiniteAnll { get; private init; }

    /// <summary>How many were left out for their reward.</summary>
    public int NonFiniteReward { get; private init; }

    /// <summary>Drops what has no finite uncertainty or reward and sorts the rest.</summary>
    /// <remarks>Reference and policy log-probabilities are on different scales and are never mixed in one order: if any
    /// record of the log has the reference's, records without it are left out. On return
    /// <see cref="RolloutScore.Anll"/> holds the uncertainty in use, whichever its source.</remarks>
    /// <param name="rollouts">The training log, in any order.</param>
    /// <param name="reading">Says whose log-probabilities count.</param>
    public static UsableRollouts From(ReadOnlySpan<RolloutScore> rollouts, RankingReading reading) =>
        InPlace(rollouts.ToArray(), reading);

    /// <summary>The same without a copy, for logs of millions: the array is sorted where it lies and belongs to the result.</summary>
    /// <param name="rollouts">The training log, in any order; not to be used by the caller any more.</param>
    /// <param name="reading">Says whose log-probabilities count.</param>
    public static UsableRollouts InPlace(RolloutScore[] rollouts, RankingReading reading)
    {
        ArgumentNullException.ThrowIfNull(rollouts);
        UncertaintySource source = reading == RankingReading.ReferenceCode && HasReference(rollouts)
            ? UncertaintySource.Reference
            : UncertaintySource.Policy;
        int total = rollouts.Length;
        int count = 0;
        int nonFiniteAnll = 0;
        int nonFiniteReward = 0;
        for (int i = 0; i < rollouts.Length; i++)
        {
            ref readonly RolloutScore rollout = ref rollouts[i];
            double anll = source == UncertaintySource.Reference ? rollout.ReferenceAnll : rollout.Anll;
            if (!double.IsFinite(anll))
            {
                nonFiniteAnll++;
            }
            else if (!double.IsFinite(rollout.Reward))
            {
                nonFiniteReward++;
            }
            else
            {
                // Most logs are usable from end to end: nothing moves then.
                if (count < i || source == UncertaintySource.Reference)
                {
                    rollouts[count] = rollout with { Anll = anll };
                }

                count++;
            }
        }

        Array.Resize(ref rollouts, count);
        SortByPlace(rollouts);
        return new UsableRollouts(rollouts)
        {
            Source = source,
            Total = total,
            NonFiniteAnll = nonFiniteAnll,
            NonFiniteReward = nonFiniteReward,
        };
    }

    /// <summary>The records of checkpoint C's window: (C - delta, C], or [C - delta, C] in the reference code's
    /// reading.</summary>
    internal ReadOnlySpan<RolloutScore> Window(int checkpoint, RankingOptions options)
    {
        // In long, so that no checkpoint number can wrap around.
        long first = (long)checkpoint - options.WindowSteps + (options.Reading == RankingReading.Paper ? 1 : 0);
        int start = CountBelow(first);
        return _sorted.AsSpan(start, CountBelow((long)checkpoint + 1) - start);
    }

    /// <summary>The place of a window's first step among the steps with records, from the number of the first of all. In a log without
    /// gaps that is the step's own number, wherever the log starts.</summary>
    /// <param name="window">At least one record of this log.</param>
    internal long PlaceOf(ReadOnlySpan<RolloutScore> window) =>
        (long)Math.Max(0, _steps[0]) + Array.BinarySearch(_steps, window[0].Step);

    /// <summary>The most steps with records that any window up to a checkpoint's can have. Later ones do not count, so that a score is
    /// the same while the run goes on and after.</summary>
    internal int FullestWindow(int checkpoint, RankingOptions options)
    {
        int most = 0;
        for (int start = 0, end = 0; end < _steps.Length && _steps[end] <= checkpoint; end++)
        {
            while ((long)_steps[end] - _steps[start] >= options.Reach)
            {
                start++;
            }

            most = Math.Max(most, end - start + 1);
        }

        return most;
    }

    private static int[] Distinct(ReadOnlySpan<RolloutScore> sorted)
    {
        List<int> steps = [];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i].Step != sorted[i - 1].Step)
            {
                steps.Add(sorted[i].Step);
            }
        }

        return [.. steps];
    }

    private static bool HasReference(ReadOnlySpan<RolloutScore> rollouts)
    {
        foreach (RolloutScore rollout in rollouts)
        {
            if (double.IsFinite(rollout.ReferenceAnll))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sorts by (step, prompt, sample); repeated keys keep the log's order.</summary>
    private static void SortByPlace(RolloutScore[] rollouts)
    {
        // Logs mostly come in the order of their steps, so that a few thousand rows have to be sorted at a time.
        SortRun(rollouts, byStep: true);
        List<Range> steps = [];
        int start = 0;
        for (int i = 1; i <= rollouts.Length; i++)
        {
            if (i == rollouts.Length || rollouts[i].Step != rollouts[start].Step)
            {
                steps.Add(start..i);
                start = i;
            }
        }

        Parallel.ForEach(steps, step => SortRun(rollouts.AsSpan(step), byStep: false));
    }

    // A stable sort by (prompt, sample), packed into one number, or by step alone.
    private static void SortRun(Span<RolloutScore> run, bool byStep)
    {
        bool ascending = true;
        for (int i = 1; i < run.Length && ascending; i++)
        {
            ascending = Key(run[i - 1], byStep) <= Key(run[i], byStep);
        }

        if (ascending)
        {
            return;
        }

        ulong[] keys = new ulong[run.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Key(run[i], byStep);
        }

        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        SortRepeats(keys, order);
        RolloutScore[] before = run.ToArray();
        for (int i = 0; i < order.Length; i++)
        {
            run[i] = before[order[i]];
        }
    }

    // The library's sort is quick but not stable.
    private static void SortRepeats(ReadOnlySpan<ulong> keys, Span<int> order)
    {
        for (int start = 0, i = 1; i <= keys.Length; i++)
        {
            if (i == keys.Length || keys[i] != keys[start])
            {
                order[start..i].Sort();
                start = i;
            }
        }
    }

    private static ulong Key(in RolloutScore rollout, bool byStep) =>
        byStep ? Flip(rollout.Step) : (Flip(rollout.Prompt) << 32) | Flip(rollout.Sample);

    // Flipping the sign bit makes negative numbers sort first.
    private static ulong Flip(int number) => (uint)number ^ 0x80000000;

    private int CountBelow(long step)
    {
        int low = 0;
        int high = _sorted.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = _sorted[middle].Step < step ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
