using System.Runtime.InteropServices;

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
    private readonly List<Segment> _segments = [];
    private readonly List<int> _positions = [];
    private readonly List<int> _familyStarts = [];

    /// <summary>Takes segments that cover the tokens in order; a family is a segment without prefix and those that name it.</summary>
    /// <exception cref="ArgumentException">A gap, an empty segment, or a prefix that does not open the same family.</exception>
    public SequenceLayout(params ReadOnlySpan<Segment> segments) => Set(segments);

    /// <summary>Tokens in the batch, T.</summary>
    public int Tokens => _positions.Count;

    /// <summary>Tokens of the longest sequence, its prefix included.</summary>
    public int LongestSequence { get; private set; }

    /// <summary>The segments in batch order.</summary>
    public ReadOnlySpan<Segment> Segments => CollectionsMarshal.AsSpan(_segments);

    /// <summary>(T) each token's place in its sequence, from 0.</summary>
    public ReadOnlySpan<int> Positions => CollectionsMarshal.AsSpan(_positions);

    /// <summary>Number of families.</summary>
    public int Families => _familyStarts.Count - 1;

    /// <summary>Describes another batch in the same memory; the conditions are those of a new layout.</summary>
    public void Set(params ReadOnlySpan<Segment> segments)
    {
        _segments.Clear();
        _positions.Clear();
        _familyStarts.Clear();
        LongestSequence = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            Segment segment = segments[i];
            if (segment.Start != Tokens || segment.Length < 1)
            {
                throw new ArgumentException($"Segment {i} is [{segment.Start}, +{segment.Length}); it must start at {Tokens}.");
            }

            if (segment.Prefix < 0)
            {
                _familyStarts.Add(i);
            }
            else if (_familyStarts.Count == 0 || segment.Prefix != _familyStarts[^1])
            {
                throw new ArgumentException($"Segment {i} has prefix {segment.Prefix}, which does not open its family.");
            }

            _segments.Add(segment);
            int offset = PrefixLength(segment);
            for (int position = offset; position < offset + segment.Length; position++)
            {
                _positions.Add(position);
            }

            LongestSequence = Math.Max(LongestSequence, offset + segment.Length);
        }

        _familyStarts.Add(segments.Length);
    }

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
        Segments[_familyStarts[family].._familyStarts[family + 1]];

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
