using BenchmarkDotNet.Attributes;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Benchmarks;

/// <summary>The turn of queries and keys by their positions.</summary>
public class RotaryBenchmarks : KernelBenchmark
{
    private Tensor _qkv;
    private Tensor _cosine;
    private Tensor _sine;
    private int[] _positions = [];

    /// <summary>In place on every token's query and key heads.</summary>
    [Benchmark]
    public void Turn() => Kernels.Rotary(_qkv, _positions, _cosine, _sine, Shape.HeadShape, inverse: false);

    /// <summary>Queries and keys read and written; the values between them are not touched.</summary>
    public override Work WorkOf(string benchmark)
    {
        HeadShape heads = Shape.HeadShape;
        return Work.Floats(2.0 * Shape.Tokens * (heads.Heads + heads.KeyValueHeads) * heads.HeadSize);
    }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        int half = Shape.HeadShape.HeadSize / 2;
        _qkv = Filled((long)Shape.Tokens * Shape.HeadShape.RowWidth);
        _cosine = Zeros((long)Shape.Length * half);
        _sine = Zeros(_cosine.Length);
        for (int i = 0; i < _cosine.Length; i++)
        {
            float angle = i / half * MathF.Pow(10_000, -(i % half) / (float)half);
            (_sine.Span[i], _cosine.Span[i]) = MathF.SinCos(angle);
        }

        _positions = [.. Enumerable.Range(0, Shape.Tokens).Select(token => token % Shape.Length)];
    }
}
