using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>Decoding token by token over a cache gives the bits of attention over the whole sequence.</summary>
public class CacheAttentionTests
{
    private const int Layers = 2;

    // Prompts of less than a block, on its edge, and beyond, and what is decoded after each; one sequence each.
    private static readonly (int Prompt, int Decoded)[] Sequences = [(1, 40), (15, 3), (16, 20), (17, 1), (37, 12)];

    public static TheoryData<KernelPath, int> PathsAndHeadSizes => AttentionTests.PathsAndHeadSizes;

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Decoding_behind_a_shared_prompt_is_attention(KernelPath path, int headSize)
    {
        foreach (HeadShape shape in (HeadShape[])[new(2, 2, headSize), new(4, 2, headSize), new(3, 1, headSize)])
        {
            Decode(path, shape, ownPrompts: false);
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Decoding_in_the_prompts_own_slot_is_attention(KernelPath path, int headSize) =>
        Decode(path, new HeadShape(4, 2, headSize), ownPrompts: true);

    // Windows within a block, on its edges, over two, and beyond where a prompt's whole blocks end.
    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Decoding_with_a_window_is_attention_with_it(KernelPath path, int headSize)
    {
        foreach (int window in (int[])[1, 2, 15, 16, 17, 33, 48])
        {
            Decode(path, new HeadShape(4, 2, headSize), ownPrompts: false, window);
            Decode(path, new HeadShape(3, 1, headSize), ownPrompts: true, window);
        }
    }

    [Theory]
    [MemberData(nameof(PathsAndHeadSizes))]
    public void Slot_used_again_forgets_what_it_held(KernelPath path, int headSize)
    {
        var shape = new HeadShape(2, 1, headSize);
        using KernelSet kernels = Paths.Open(path);
        using var cache = new KeyValueCache(Layers, shape, [64, 64, 64]);
        float[] fresh = Values.Normal(1, 20 * shape.RowWidth), stale = Values.Normal(2, 60 * shape.RowWidth);
        Store(kernels, cache, stale, shape, [.. Enumerable.Range(0, 60).Select(t => new CacheRow(0, t))]);
        cache.Continue(2, 0, 60, Layers);
        Store(kernels, cache, stale, shape, [.. Enumerable.Range(0, 3).Select(t => new CacheRow(2, 60 + t))]);

        Store(kernels, cache, fresh, shape, [.. Enumerable.Range(0, 19).Select(t => new CacheRow(1, t))]);
        cache.Continue(2, 1, 19, Layers);
        float[] last = fresh[(19 * shape.RowWidth)..];
        Store(kernels, cache, last, shape, [new CacheRow(2, 19)]);
        float[] expected = AttentionTests.Forward(kernels, fresh, SequenceLayout.Independent(20), shape);
        Near.Exact(
            "out (h*d)", [2 * headSize], expected.AsSpan(19 * 2 * headSize), Attend(kernels, cache, last, shape, [new(2, 19)]),
            $"{path}");
    }

    private static void Decode(KernelPath path, HeadShape shape, bool ownPrompts, int window = 0)
    {
        int Q = shape.RowWidth, width = shape.Heads * shape.HeadSize, n = Sequences.Length;
        var layout = SequenceLayout.Independent([.. Sequences.Select(sequence => sequence.Prompt + sequence.Decoded)]);
        float[] qkv = Values.Normal(3, layout.Tokens * Q);
        using KernelSet kernels = Paths.Open(path, 2);
        float[] expected = AttentionTests.Forward(kernels, qkv, layout, shape, window);
        using var cache = new KeyValueCache(Layers, shape, [.. Enumerable.Repeat(64, 2 * n)]);
        for (int s = 0; s < n; s++)
        {
            int start = layout.Segments[s].Start * Q, prompt = Sequences[s].Prompt;
            Store(
                kernels, cache, qkv[start..(start + (prompt * Q))], shape,
                [.. Enumerable.Range(0, prompt).Select(t => new CacheRow(s, t))]);
            if (!ownPrompts)
            {
                cache.Continue(n + s, s, prompt, Layers);
            }
        }

        for (int step = 0; step < Sequences.Max(sequence => sequence.Decoded); step++)
        {
            // The sequences that are not over yet decode side by side.
            int[] active = [.. Enumerable.Range(0, n).Where(s => step < Sequences[s].Decoded)];
            CacheRow[] rows = [.. active.Select(s => new CacheRow(ownPrompts ? s : n + s, Sequences[s].Prompt + step))];
            int[] tokens = [.. active.Select((s, i) => layout.Segments[s].Start + rows[i].Position)];
            float[] batch = [.. tokens.SelectMany(t => qkv[(t * Q)..((t + 1) * Q)])];
            Store(kernels, cache, batch, shape, rows);
            float[] actual = Attend(kernels, cache, batch, shape, rows, window);
            float[] wanted = [.. tokens.SelectMany(t => expected[(t * width)..((t + 1) * width)])];
            Near.Exact("out (r h*d)", [active.Length, width], wanted, actual, $"{path}, {shape}, window {window}, step {step}");
        }
    }

    private static void Store(KernelSet kernels, KeyValueCache cache, float[] qkv, HeadShape shape, CacheRow[] rows)
    {
        using var memory = new TestMemory();
        kernels.CacheStore(memory.Of(qkv), cache, Layers - 1, rows, shape);
    }

    private static float[] Attend(
        KernelSet kernels, KeyValueCache cache, float[] qkv, HeadShape shape, CacheRow[] rows, int window = 0)
    {
        using var memory = new TestMemory();
        Tensor output = memory.Output(rows.Length * shape.Heads * shape.HeadSize);
        kernels.CacheAttention(memory.Of(qkv), cache, Layers - 1, rows, shape, window, output);
        return output.Span.ToArray();
    }
}
