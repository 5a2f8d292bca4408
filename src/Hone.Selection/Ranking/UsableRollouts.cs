namespace Hone.Selection;

/// <summary>The rollouts that can be ranked, in (step, prompt, sample) order, and the counts of those that
/// cannot.</summary>
internal sealed class UsableRollouts
{
    private readonly RolloutScore[] _sorted;

    private UsableRollouts(RolloutScore[] sorted) => _sorted = sorted;

    public UncertaintySource Source { get; private init; }

    public int Total { get; private init; }

    public int NonFiniteAnll { get; private init; }

    public int NonFiniteReward { get; private init; }

    /// <summary>Drops what has no finite uncertainty or reward and sorts the rest.</summary>
    /// <remarks>Reference and policy log-probabilities are on different scales and are never mixed in one order: if any
    /// record of the log has the reference's, records without it are left out. On return
    /// <see cref="RolloutScore.Anll"/> holds the uncertainty in use, whichever its source.</remarks>
    public static UsableRollouts From(ReadOnlySpan<RolloutScore> rollouts, RankingReading reading)
    {
        UncertaintySource source = reading == RankingReading.ReferenceCode && HasReference(rollouts)
            ? UncertaintySource.Reference
            : UncertaintySource.Policy;
        List<RolloutScore> kept = new(rollouts.Length);
        int nonFiniteAnll = 0;
        int nonFiniteReward = 0;
        foreach (RolloutScore rollout in rollouts)
        {
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
                kept.Add(rollout with { Anll = anll });
            }
        }

        return new UsableRollouts(Sorted([.. kept]))
        {
            Source = source,
            Total = rollouts.Length,
            NonFiniteAnll = nonFiniteAnll,
            NonFiniteReward = nonFiniteReward,
        };
    }

    /// <summary>The records of checkpoint C's window: (C - delta, C], or [C - delta, C] in the reference code's
    /// reading.</summary>
    public ReadOnlySpan<RolloutScore> Window(int checkpoint, RankingOptions options)
    {
        // In long, so that no checkpoint number can wrap around.
        long first = (long)checkpoint - options.WindowSteps + (options.Reading == RankingReading.Paper ? 1 : 0);
        int start = CountBelow(first);
        return _sorted.AsSpan(start, CountBelow((long)checkpoint + 1) - start);
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

    private static RolloutScore[] Sorted(RolloutScore[] rollouts)
    {
        // Logs mostly come in order. Otherwise a stable sort, so that repeated keys keep the log's order.
        for (int i = 1; i < rollouts.Length; i++)
        {
            if (Key(rollouts[i]).CompareTo(Key(rollouts[i - 1])) < 0)
            {
                return [.. rollouts.OrderBy(Key)];
            }
        }

        return rollouts;
    }

    private static (int Step, int Prompt, int Sample) Key(RolloutScore rollout) =>
        (rollout.Step, rollout.Prompt, rollout.Sample);

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
