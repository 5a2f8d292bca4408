using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Spectre.Console;

namespace Hone.Cli.Benchmarks;

/// <summary>Passes every kernel call on and adds up where the time goes.</summary>
internal sealed class TimedKernels(Kernels inner, TimeProvider time) : Kernels
{
    private readonly Dictionary<string, (int Calls, double Seconds)> _spent = [];
    private long _started = time.GetTimestamp();

    public override int Threads => inner.Threads;

    public override KernelPath Path => inner.Path;

    public override long ScratchBytes => inner.ScratchBytes;

    /// <summary>Forgets what was counted so far; the total runs from here.</summary>
    public void Reset()
    {
        _spent.Clear();
        _started = time.GetTimestamp();
    }

    /// <summary>Each kernel's calls and seconds since the last <see cref="Reset"/>, the longest first.</summary>
    public JsonObject Json() => new(_spent.OrderByDescending(entry => entry.Value.Seconds).Select(entry =>
        KeyValuePair.Create(entry.Key, (JsonNode?)new JsonObject { ["calls"] = entry.Value.Calls, ["seconds"] = entry.Value.Seconds })));

    /// <summary>Prints each kernel's calls, seconds and share since the last <see cref="Reset"/>.</summary>
    public void Print(CommandContext context)
    {
        double total = time.GetElapsedTime(_started).TotalSeconds;
        double inside = _spent.Values.Sum(spent => spent.Seconds);
        Table table = Tables.New("kernel", "calls", "seconds", "share");
        foreach ((string name, (int calls, double seconds)) in _spent.OrderByDescending(entry => entry.Value.Seconds))
        {
            table.AddRow(name, $"{calls:N0}", $"{seconds:F3}", $"{seconds / total:P1}");
        }

        table.AddRow("between kernels", string.Empty, $"{total - inside:F3}", $"{(total - inside) / total:P1}");
        Tables.Print(context, table);
    }

    public override void Pack(Tensor weight, PackedMatrix packed)
    {
        long start = time.GetTimestamp();
        inner.Pack(weight, packed);
        Count(nameof(Pack), start);
    }

    public override void Pack(MatrixValues weight, PackedMatrix packed)
    {
        long start = time.GetTimestamp();
        inner.Pack(weight, packed);
        Count(nameof(Pack), start);
    }

    public override void PackTransposed(Tensor weight, PackedMatrix packed)
    {
        long start = time.GetTimestamp();
        inner.PackTransposed(weight, packed);
        Count(nameof(PackTransposed), start);
    }

    public override void MatMul(Tensor x, PackedMatrix weight, Tensor bias, Tensor residual, int T, Tensor y)
    {
        long start = time.GetTimestamp();
        inner.MatMul(x, weight, bias, residual, T, y);
        Count(nameof(MatMul), start);
    }

    public override void MatMulBackwardWeight(Tensor dy, Tensor x, int T, int I, int O, Tensor dWeight)
    {
        long start = time.GetTimestamp();
        inner.MatMulBackwardWeight(dy, x, T, I, O, dWeight);
        Count(nameof(MatMulBackwardWeight), start);
    }

    public override void BiasBackward(Tensor dy, int T, int O, Tensor dBias)
    {
        long start = time.GetTimestamp();
        inner.BiasBackward(dy, T, O, dBias);
        Count(nameof(BiasBackward), start);
    }

    public override void Embedding(ReadOnlySpan<int> tokens, Tensor table, int C, Tensor x)
    {
        long start = time.GetTimestamp();
        inner.Embedding(tokens, table, C, x);
        Count(nameof(Embedding), start);
    }

    public override void Embedding(ReadOnlySpan<int> tokens, PackedMatrix table, Tensor x)
    {
        long start = time.GetTimestamp();
        inner.Embedding(tokens, table, x);
        Count(nameof(Embedding), start);
    }

    public override void EmbeddingBackward(ReadOnlySpan<int> tokens, Tensor dx, int C, Tensor dTable)
    {
        long start = time.GetTimestamp();
        inner.EmbeddingBackward(tokens, dx, C, dTable);
        Count(nameof(EmbeddingBackward), start);
    }

    public override void RmsNorm(Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor y)
    {
        long start = time.GetTimestamp();
        inner.RmsNorm(x, weight, epsilon, T, rows, C, stride, y);
        Count(nameof(RmsNorm), start);
    }

    public override void RmsNormBackward(
        Tensor dy, Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor dx, Tensor dWeight)
    {
        long start = time.GetTimestamp();
        inner.RmsNormBackward(dy, x, weight, epsilon, T, rows, C, stride, dx, dWeight);
        Count(nameof(RmsNormBackward), start);
    }

    public override void Rotary(
        Tensor qkv, ReadOnlySpan<int> positions, Tensor cosine, Tensor sine, HeadShape shape, bool inverse)
    {
        long start = time.GetTimestamp();
        inner.Rotary(qkv, positions, cosine, sine, shape, inverse);
        Count(nameof(Rotary), start);
    }

    public override void Attention(Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor output)
    {
        long start = time.GetTimestamp();
        inner.Attention(qkv, layout, shape, window, output);
        Count(nameof(Attention), start);
    }

    public override void AttentionBackward(
        Tensor dOutput, Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor dqkv)
    {
        long start = time.GetTimestamp();
        inner.AttentionBackward(dOutput, qkv, layout, shape, window, dqkv);
        Count(nameof(AttentionBackward), start);
    }

    public override void CacheStore(Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape)
    {
        long start = time.GetTimestamp();
        inner.CacheStore(qkv, cache, layer, rows, shape);
        Count(nameof(CacheStore), start);
    }

    public override void CacheAttention(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape, int window, Tensor output)
    {
        long start = time.GetTimestamp();
        inner.CacheAttention(qkv, cache, layer, rows, shape, window, output);
        Count(nameof(CacheAttention), start);
    }

    public override void SwiGlu(Tensor gateUp, int T, int F, Tensor y)
    {
        long start = time.GetTimestamp();
        inner.SwiGlu(gateUp, T, F, y);
        Count(nameof(SwiGlu), start);
    }

    public override void SwiGluBackward(Tensor dy, Tensor gateUp, int T, int F, Tensor dGateUp, Tensor y)
    {
        long start = time.GetTimestamp();
        inner.SwiGluBackward(dy, gateUp, T, F, dGateUp, y);
        Count(nameof(SwiGluBackward), start);
    }

    public override void Add(Tensor x, Tensor y)
    {
        long start = time.GetTimestamp();
        inner.Add(x, y);
        Count(nameof(Add), start);
    }

    public override void LogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, Span<float> logProbs,
        Span<float> entropies)
    {
        long start = time.GetTimestamp();
        inner.LogProbs(hidden, rows, targets, head, logProbs, entropies);
        Count(nameof(LogProbs), start);
    }

    public override void RankedLogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, int top, Span<float> logProbs,
        Span<int> ranks, Span<int> topTokens, Span<float> topLogProbs)
    {
        long start = time.GetTimestamp();
        inner.RankedLogProbs(hidden, rows, targets, head, top, logProbs, ranks, topTokens, topLogProbs);
        Count(nameof(RankedLogProbs), start);
    }

    public override void LogProbsBackward(
        ReadOnlySpan<float> dLogProbs, Tensor hidden, int T, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets,
        PackedMatrix head, PackedMatrix headTransposed, Tensor dHidden, Tensor dHead)
    {
        long start = time.GetTimestamp();
        inner.LogProbsBackward(dLogProbs, hidden, T, rows, targets, head, headTransposed, dHidden, dHead);
        Count(nameof(LogProbsBackward), start);
    }

    public override void Sample(
        Tensor hidden, PackedMatrix head, SamplingRule rule, ReadOnlySpan<double> uniforms, Span<int> tokens,
        Span<float> logProbs, Span<float> entropies, Span<float> selfCertainties)
    {
        long start = time.GetTimestamp();
        inner.Sample(hidden, head, rule, uniforms, tokens, logProbs, entropies, selfCertainties);
        Count(nameof(Sample), start);
    }

    public override double SumOfSquares(Tensor x)
    {
        long start = time.GetTimestamp();
        double result = inner.SumOfSquares(x);
        Count(nameof(SumOfSquares), start);
        return result;
    }

    public override void AdamW(
        Tensor parameter, Tensor gradient, Tensor firstMoment, Tensor secondMoment, AdamWStep update, float gradientScale,
        float weightDecay)
    {
        long start = time.GetTimestamp();
        inner.AdamW(parameter, gradient, firstMoment, secondMoment, update, gradientScale, weightDecay);
        Count(nameof(AdamW), start);
    }

    public override long MultiplyAddInRegisters(int rounds)
    {
        long start = time.GetTimestamp();
        long result = inner.MultiplyAddInRegisters(rounds);
        Count(nameof(MultiplyAddInRegisters), start);
        return result;
    }


    // The inner kernels belong to whoever made them.
    protected override void Dispose(bool disposing)
    {
    }

    private void Count(string kernel, long start)
    {
        (int calls, double seconds) = _spent.GetValueOrDefault(kernel);
        _spent[kernel] = (calls + 1, seconds + time.GetElapsedTime(start).TotalSeconds);
    }
}
