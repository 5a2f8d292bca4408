namespace Hone.Engine.Kernels;

/// <summary>A run of consecutive tokens of a packed batch that belongs to one sequence.</summary>
/// <param name="Start">Index of its first token in the batch.</param>
/// <param name="Length">Its tokens, at least 1.</param>
/// <param name="Prefix">Index of the segment whose tokens come before it in the sequence, or -1.</param>
public readonly record struct Segment(int Start, int Length, int Prefix);

/// <summary>
/// Sequences packed without padding. Completions of one prompt name the prompt's segment as their prefix, so that its
/// tokens stand in the batch, and are computed, once.
/// </summary>
public sealed class SequenceLayout
{
    private readonly Segment[] _segments;
    private readonly int[] _positions;
    private readonly int[] _familyStarts;

    /// <summary>Takes segments that cover the tokens in order; a family is a segment without prefix and those that name it.</summary>
    /// <exception cref="ArgumentException">A gap, an empty segment, or a prefix that does not open the same family.</exception>
    public SequenceLayout(IReadOnlyList<Segment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        _segments = [.. segments];
        var families = new List<int>();
        int tokens = 0;
        for (int i = 0; i < _segments.Length; i++)
        {
            Segment segment = _segments[i];
            if (segment.Start != tokens || segment.Length < 1)
            {
                throw new ArgumentException($"Segment {i} is [{segment.Start}, +{segment.Length}); it must start at {tokens}.");
            }

            if (segment.Prefix < 0)
            {
                families.Add(i);
            }
            else if (families.Count == 0 || segment.Prefix != families[^1])
            {
                throw new ArgumentException($"Segment {i} has prefix {segment.Prefix}, which does not open its family.");
            }

            tokens += segment.Length;
        }

        families.Add(_segments.Length);
        _familyStarts = [.. families];
        Tokens = tokens;
        _positions = new int[tokens];
        foreach (Segment segment in _segments)
        {
            int offset = PrefixLength(segment);
            for (int i = 0; i < segment.Length; i++)
            {
                _positions[segment.Start + i] = offset + i;
            }

            LongestSequence = Math.Max(LongestSequence, offset + segment.Length);
        }
    }

    /// <summary>Tokens in the batch, T.</summary>
    public int Tokens { get; }

    /// <summary>Tokens of the longest sequence, its prefix included.</summary>
    public int LongestSequence { get; }

    /// <summary>The segments in batch order.</summary>
    public ReadOnlySpan<Segment> Segments => _segments;

    /// <summary>(T) each token's place in its sequence, from 0.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>Number of families.</summary>
    public int Families => _familyStarts.Length - 1;

    /// <summary>Independent sequences of the given lengths, one after another.</summary>
    public static SequenceLayout Independent(params ReadOnlySpan<int> lengths)
    {
        var segments = new Segment[lengths.Length];
        int start = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            segments[i] = new Segment(start, lengths[i], -1);
            start += lengths[i];
        }

        return new SequenceLayout(segments);
    }

    /// <summary>Tokens that come before a segment in its sequence.</summary>
    public int PrefixLength(Segment segment) => segment.Prefix < 0 ? 0 : _segments[segment.Prefix].Length;

    /// <summary>The segments of family <paramref name="family"/>; the first is the prefix of the others.</summary>
    internal ReadOnlySpan<Segment> Family(int family) =>
        _segments.AsSpan(_familyStarts[family], _familyStarts[family + 1] - _familyStarts[family]);

    /// <summary>Tokens of the family's longest sequence.</summary>
    internal int FamilyLongest(int family)
    {
        int longest = 0;
        foreach (Segment segment in Family(family))
        {
            longest = Math.Max(longest, PrefixLength(segment) + segment.Length);
        }

        return longest;
    }
}
