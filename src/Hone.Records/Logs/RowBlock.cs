using System.Text;

namespace Hone.Records.Logs;

/// <summary>The rows of one stretch of a file, in its order.</summary>
internal sealed class RowBlock
{
    // Squares of larger ones leave the range of numbers, and no reward function means them.
    private const double LargestReward = 1e100;
    private readonly HashSet<UInt128> _known = [];
    private byte[] _last = [];
    private int _lastLength = -1;
    private UInt128 _lastKey;

    /// <summary>The rows.</summary>
    internal List<LoggedRow> Rows { get; } = [];

    /// <summary>Ids that this block's reader met for the first time.</summary>
    internal List<(UInt128 Key, string Id)> Ids { get; } = [];

    /// <summary>Lines read, blank ones counted.</summary>
    internal int Lines { get; set; }

    /// <summary>Line of the first row whose reward or log-probability is not finite; 0 for none. Log-probabilities count only where
    /// the format has them.</summary>
    internal int FirstInvalid { get; set; }

    /// <summary>Rows of evaluations, tables and the like that are no training rollouts.</summary>
    internal int Foreign { get; set; }

    /// <summary>Why reading stopped at the last line; null if it did not.</summary>
    internal RowException? Problem { get; set; }

    /// <summary>Whether that line is the file's last and has no line feed: its writer may not be done with it.</summary>
    internal bool ProblemIsAtOpenEnd { get; set; }

    /// <summary>Which columns make up the reward, in words; null where the format has one reward.</summary>
    internal string? Rewards { get; set; }

    /// <summary>Adds a row.</summary>
    /// <exception cref="RowException">Its step is negative, or its reward too large to be summed.</exception>
    internal void Add(in LoggedRow row, bool hasLogprobs = true)
    {
        if (row.Step < 0)
        {
            throw new RowException(FormattableString.Invariant($"the step is {row.Step}, expected 0 or more"), "correct or remove this row");
        }

        if (double.IsFinite(row.Reward) && Math.Abs(row.Reward) > LargestReward)
        {
            throw new RowException(
                FormattableString.Invariant($"the reward is {row.Reward}, expected one from -{LargestReward} to {LargestReward}"),
                "correct or remove this row");
        }

        if (FirstInvalid == 0 && (!double.IsFinite(row.Reward) || (hasLogprobs && !double.IsFinite(row.MeanLogprob))))
        {
            FirstInvalid = Lines;
        }

        Rows.Add(row);
    }

    /// <summary>The key of an id that is to be kept, given as raw JSON text between its quotes.</summary>
    internal UInt128 Id(ReadOnlySpan<byte> utf8)
    {
        bool isLast = IsLast(utf8);
        UInt128 key = Text(utf8);
        if (!isLast && _known.Add(key))
        {
            Ids.Add((key, Encoding.UTF8.GetString(utf8)));
        }

        return key;
    }

    /// <summary>The key of a prompt's text, which is not kept.</summary>
    internal UInt128 Text(ReadOnlySpan<byte> utf8)
    {
        if (IsLast(utf8))
        {
            return _lastKey;
        }

        _last = _last.Length < utf8.Length ? new byte[utf8.Length] : _last;
        utf8.CopyTo(_last);
        (_lastLength, _lastKey) = (utf8.Length, PromptKey.Of(utf8));
        return _lastKey;
    }

    // The rows of a group mostly follow each other, and comparing is faster than mixing.
    private bool IsLast(ReadOnlySpan<byte> utf8) => _lastLength >= 0 && utf8.SequenceEqual(_last.AsSpan(0, _lastLength));

    internal void Clear()
    {
        Rows.Clear();
        Ids.Clear();
        (Lines, FirstInvalid, Foreign, Problem, ProblemIsAtOpenEnd, Rewards) = (0, 0, 0, null, false, null);
    }
}
