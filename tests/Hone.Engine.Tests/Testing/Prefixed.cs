using Hone.Engine.Kernels;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// A batch in which completions share their prompt's tokens, and the same sequences written out in full, each with its
/// own copy of the prompt.
/// </summary>
internal sealed class Prefixed
{
    private Prefixed(HeadShape shape, SequenceLayout layout)
    {
        Shape = shape;
        Layout = layout;
        Qkv = Values.Normal(5, layout.Tokens * shape.RowWidth);
        (Repeated, SourceOf) = WriteOut(layout);
    }

    public HeadShape Shape { get; }

    public SequenceLayout Layout { get; }

    public float[] Qkv { get; } // (T, Q)

    public SequenceLayout Repeated { get; }

    /// <summary>The token of <see cref="Layout"/> that each token of <see cref="Repeated"/> copies.</summary>
    public int[] SourceOf { get; }

    public int OutputWidth => Shape.Heads * Shape.HeadSize;

    /// <summary>Two families around a lone sequence, with lengths off the blocks of 16 keys and 24 queries.</summary>
    public static Prefixed Shared(HeadShape shape) => new(shape, new SequenceLayout(
    [
        new(0, 17, -1), new(17, 5, 0), new(22, 33, 0), new(55, 1, 0), new(56, 9, -1), new(65, 1, -1), new(66, 30, 5),
    ]));

    /// <summary>Every sequence of a layout with its prefix in front, one after another.</summary>
    public static (SequenceLayout Repeated, int[] SourceOf) WriteOut(SequenceLayout layout)
    {
        var lengths = new List<int>();
        var sources = new List<int>();
        ReadOnlySpan<Segment> segments = layout.Segments;
        for (int s = 0; s < segments.Length; s++)
        {
            bool opensFamily = s + 1 < segments.Length && segments[s + 1].Prefix == s;
            if (opensFamily)
            {
                continue;
            }

            int prefix = layout.PrefixLength(segments[s]);
            lengths.Add(prefix + segments[s].Length);
            if (prefix > 0)
            {
                sources.AddRange(Enumerable.Range(segments[segments[s].Prefix].Start, prefix));
            }

            sources.AddRange(Enumerable.Range(segments[s].Start, segments[s].Length));
        }

        return (SequenceLayout.Independent([.. lengths]), [.. sources]);
    }

    /// <summary>Rows of the shared batch in the places of the written-out one.</summary>
    public float[] Repeat(float[] rows, int width) =>
        [.. SourceOf.SelectMany(source => rows.Skip(source * width).Take(width))];
}
