using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>Causal attention over a batch, its gradient, and one new token per sequence over a cache.</summary>
public class AttentionBenchmarks : KernelBenchmark
{
    private SequenceLayout _layout = null!;
    private Tensor _qkv;
    private Tensor _output;
    private Tensor _gradient;
    private KeyValueCache _cache = null!;
    private CacheRow[] _last = [];

    /// <summary>Every token over the tokens up to itself.</summary>
    [Benchmark]
    public void Forward() => Kernels.Attention(_qkv, _layout, Shape.HeadShape, 0, _output);

    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    [Benchmark]
    public void Backward() => Kernels.AttentionBackward(_output, _qkv, _layout, Shape.HeadShape, 0, _gradient);

    /// <summary>The last token of every sequence over its cached keys and values.</summary>
    [Benchmark]
    public void Cache() => Kernels.CacheAttention(_qkv, _cache, 0, _last, Shape.HeadShape, 0, _output);

    /// <summary>Two products of a pair of tokens forward (scores, values), five backward.</summary>
    public override Work WorkOf(string benchmark)
    {
        double pairs = Shape.Batch * (double)Shape.Length * (benchmark == nameof(Cache) ? 1 : (Shape.Length + 1) / 2.0);
        return Work.Operations((benchmark == nameof(Backward) ? 5 : 2) * 2.0 * pairs * Shape.Hidden);
    }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        int[] lengths = new int[Shape.Batch];
        Array.Fill(lengths, Shape.Length);
        _layout = SequenceLayout.Independent(lengths);
        _qkv = Filled((long)Shape.Tokens * Shape.HeadShape.RowWidth);
        _output = Filled((long)Shape.Tokens * Shape.Hidden);
        _gradient = Zeros(_qkv.Length);
        _cache = Own(new KeyValueCache(1, Shape.HeadShape, lengths));
        for (int position = 0; position < Shape.Length; position++)
        {
            _last = [.. Enumerable.Range(0, Shape.Batch).Select(slot => new CacheRow(slot, position))];
            Kernels.CacheStore(_qkv, _cache, 0, _last, Shape.HeadShape);
        }
    }
}
