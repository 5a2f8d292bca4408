using Hone.Engine.Kernels.Cpu;
using Hone.Engine.Memory;

namespace Hone.Engine.Kernels;

/// <summary>
/// The list of operations that the network is made of, and the seam beneath which a device does them. Letters: T tokens,
/// C hidden size, H query heads, K key/value heads, D head size, F feed-forward size, V vocabulary, Q = (H+2K)*D.
/// All tensors are contiguous and row-major.
/// <para>
/// Accumulate rule: gradients of parameters add to what is there; gradients of activations overwrite, and where a residual
/// stream joins the caller adds. Every output element is reduced in an order that depends only on its own length, so
/// forward results have the same bits for any batch and any number of threads.
/// </para>
/// </summary>
public abstract class Kernels : IDisposable
{
    /// <summary>Threads that share the work.</summary>
    public abstract int Threads { get; }

    /// <summary>The implementation that runs.</summary>
    public abstract KernelPath Path { get; }

    /// <summary>Bytes of scratch held now, beside the tensors that the calls are given.</summary>
    public abstract long ScratchBytes { get; }

    /// <summary>The most that <see cref="ScratchBytes"/> comes to in a run of these sizes on the processor.</summary>
    /// <param name="sizes">The largest of everything.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="path">The implementation; <see cref="KernelPaths.Chosen"/> where not given.</param>
    public static long MostScratchBytesOnCpu(ScratchSizes sizes, int threads, KernelPath? path = null)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return (path ?? KernelPaths.Chosen()) switch
        {
            KernelPath.V512 => CpuKernels<Lanes512, Tile512>.MostScratchBytes(sizes, threads),
            KernelPath.V256 => CpuKernels<Lanes256, Tile256>.MostScratchBytes(sizes, threads),
            KernelPath.V128 => CpuKernels<Lanes128, Tile128>.MostScratchBytes(sizes, threads),
            _ => CpuKernels<Lanes1, Tile1>.MostScratchBytes(sizes, threads),
        };
    }

    /// <summary>The processor's kernels.</summary>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="path">The implementation; <see cref="KernelPaths.Chosen"/> where not given.</param>
    public static Kernels OnCpu(int threads, KernelPath? path = null) => (path ?? KernelPaths.Chosen()) switch
    {
        KernelPath.V512 => new CpuKernels<Lanes512, Tile512>(threads, KernelPath.V512),
        KernelPath.V256 => new CpuKernels<Lanes256, Tile256>(threads, KernelPath.V256),
        KernelPath.V128 => new CpuKernels<Lanes128, Tile128>(threads, KernelPath.V128),
        _ => new CpuKernels<Lanes1, Tile1>(threads, KernelPath.Reference),
    };

    /// <summary>Copies W (O, I) into the order of <see cref="PackedMatrix"/>.</summary>
    public abstract void Pack(Tensor weight, PackedMatrix packed);

    /// <summary>As the other, for W that is read a stretch of a row at a time and nowhere in memory as a whole.</summary>
    public abstract void Pack(MatrixValues weight, PackedMatrix packed);

    /// <summary>Copies W (O, I) into panels of its transpose: the product with them is dx (T, I) = dy (T, O) W.</summary>
    /// <param name="weight">W.</param>
    /// <param name="packed">Room for I outputs and O inputs.</param>
    public abstract void PackTransposed(Tensor weight, PackedMatrix packed);

    /// <summary>
    /// y (T, O) = x (T, I) W^T + bias (O) + residual (T, O); an empty bias or residual is none. Without a bias the residual
    /// may be y itself, which the product is then added to. 2*T*I*O operations.
    /// </summary>
    public abstract void MatMul(Tensor x, PackedMatrix weight, Tensor bias, Tensor residual, int T, Tensor y);

    /// <summary>dW (O, I) += dy (T, O)^T x (T, I), each element adding its tokens in order.</summary>
    public abstract void MatMulBackwardWeight(Tensor dy, Tensor x, int T, int I, int O, Tensor dWeight);

    /// <summary>dBias (O) += the sum of dy (T, O) over tokens, in order.</summary>
    public abstract void BiasBackward(Tensor dy, int T, int O, Tensor dBias);

    /// <summary>x (T, C) = rows of table (V, C) at the token ids.</summary>
    public abstract void Embedding(ReadOnlySpan<int> tokens, Tensor table, int C, Tensor x);

    /// <summary>As the other, from packed rows: table (V, C) as <see cref="Pack(Tensor, PackedMatrix)"/> leaves it.</summary>
    public abstract void Embedding(ReadOnlySpan<int> tokens, PackedMatrix table, Tensor x);

    /// <summary>dTable (V, C) += dx (T, C) at the token ids, in order.</summary>
    public abstract void EmbeddingBackward(ReadOnlySpan<int> tokens, Tensor dx, int C, Tensor dTable);

    /// <summary>
    /// y = x / sqrt(mean(x^2) + epsilon) * weight over rows of <paramref name="C"/>. A token has <paramref name="rows"/>
    /// rows, contiguous, at distance <paramref name="stride"/> from the next token's. In place allowed. Zhang and Sennrich 2019.
    /// </summary>
    public abstract void RmsNorm(Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor y);

    /// <summary>
    /// Gradient of <see cref="RmsNorm"/>: dx overwrites (in place of dy allowed), dWeight (C) adds; an empty one is not wanted.
    /// </summary>
    public abstract void RmsNormBackward(
        Tensor dy, Tensor x, Tensor weight, float epsilon, int T, int rows, int C, int stride, Tensor dx, Tensor dWeight);

    /// <summary>
    /// Rotary position embedding (Su et al. 2021) in place on the query and key heads of qkv (T, Q), the halves of a head
    /// being the pairs: (a, b) -> (a cos - b sin, b cos + a sin), with cosine and sine (positions, D/2) at each position.
    /// The gradient is the turn back: <paramref name="inverse"/>.
    /// </summary>
    public abstract void Rotary(
        Tensor qkv, ReadOnlySpan<int> positions, Tensor cosine, Tensor sine, HeadShape shape, bool inverse);

    /// <summary>
    /// out (T, H*D) = softmax(q k^T / sqrt(D)) v for each token over the last <paramref name="window"/> tokens (0: all) of its
    /// sequence up to itself; query head h reads key head h / (H/K). qkv is (T, Q).
    /// </summary>
    public abstract void Attention(Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor output);

    /// <summary>Gradient of <see cref="Attention"/>: dqkv (T, Q) overwrites.</summary>
    public abstract void AttentionBackward(
        Tensor dOutput, Tensor qkv, SequenceLayout layout, HeadShape shape, int window, Tensor dqkv);

    /// <summary>Puts keys and values of qkv (T, Q) into a cache's slots; see <see cref="KeyValueCache"/>.</summary>
    public abstract void CacheStore(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape);

    /// <summary>As <see cref="Attention"/> for one new token per row, over the keys and values that its slot holds.</summary>
    public abstract void CacheAttention(
        Tensor qkv, KeyValueCache cache, int layer, ReadOnlySpan<CacheRow> rows, HeadShape shape, int window, Tensor output);

    /// <summary>y (T, F) = silu(gate) * up, with gateUp (T, 2F) holding gate then up in each row.</summary>
    public abstract void SwiGlu(Tensor gateUp, int T, int F, Tensor y);

    /// <summary>
    /// Gradient of <see cref="SwiGlu"/>: dGateUp (T, 2F) overwrites. y (T, F) too, with the bits of the forward pass, so that
    /// this need not be kept for the gradient of the projection that reads it; in place of dy allowed.
    /// </summary>
    public abstract void SwiGluBackward(Tensor dy, Tensor gateUp, int T, int F, Tensor dGateUp, Tensor y);

    /// <summary>y += x, element by element.</summary>
    public abstract void Add(Tensor x, Tensor y);

    /// <summary>
    /// For each i the natural log-probability of targets[i] and the entropy in nats of the distribution
    /// softmax(hidden[rows[i]] W^T), hidden being (T, C) after the final norm. The logits exist for a few rows at a time.
    /// </summary>
    public abstract void LogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head,
        Span<float> logProbs, Span<float> entropies);

    /// <summary>
    /// As <see cref="LogProbs"/>, with the same bits, and beside it the rank of each target (1 for the most likely; equals share
    /// a rank) and the <paramref name="top"/> most likely tokens of each row, the lower id first among equals: topTokens and
    /// topLogProbs are (R, top).
    /// </summary>
    public abstract void RankedLogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, int top, Span<float> logProbs,
        Span<int> ranks, Span<int> topTokens, Span<float> topLogProbs);

    /// <summary>
    /// Gradient of <see cref="LogProbs"/> for dLogProbs[i] = d loss / d logProbs[i]: dHidden (T, C) overwrites, dHead (V, C)
    /// adds; an empty one is not wanted. The logits are computed again. The head is wanted both ways, by
    /// <see cref="Pack(Tensor, PackedMatrix)"/> and <see cref="PackTransposed"/>.
    /// </summary>
    public abstract void LogProbsBackward(
        ReadOnlySpan<float> dLogProbs, Tensor hidden, int T, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets,
        PackedMatrix head, PackedMatrix headTransposed, Tensor dHidden, Tensor dHead);

    /// <summary>
    /// Draws one token for each of the first <paramref name="uniforms"/>.Length rows of hidden (R, C), by the rule and that
    /// row's number in [0, 1); its log-probability and the entropy are those of <see cref="LogProbs"/>, at temperature 1.
    /// So is the self-certainty KL(uniform || p) = -(1/V) sum_v ln(V p_v) in nats (Kang et al. 2025, arXiv 2502.18581), which an
    /// empty span leaves out.
    /// </summary>
    public abstract void Sample(
        Tensor hidden, PackedMatrix head, SamplingRule rule, ReadOnlySpan<double> uniforms, Span<int> tokens,
        Span<float> logProbs, Span<float> entropies, Span<float> selfCertainties);

    /// <summary>The sum of squares, in double, in an order that depends on the length alone.</summary>
    public abstract double SumOfSquares(Tensor x);

    /// <summary>
    /// One AdamW update (Loshchilov and Hutter 2019) of a parameter: the gradient is first multiplied by
    /// <paramref name="gradientScale"/> (global norm clipping); decay is decoupled; both moments are bias-corrected.
    /// </summary>
    public abstract void AdamW(
        Tensor parameter, Tensor gradient, Tensor firstMoment, Tensor secondMoment, AdamWStep update, float gradientScale,
        float weightDecay);

    /// <summary>
    /// Runs multiply-adds that touch registers only, on every thread: the ceiling against which products are measured.
    /// </summary>
    /// <param name="rounds">Length of the loop.</param>
    /// <returns>Floating-point operations made; the caller holds the clock.</returns>
    public abstract long MultiplyAddInRegisters(int rounds);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees scratch and threads.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>The head dimensions of an attention layer.</summary>
/// <param name="Heads">Query heads, H.</param>
/// <param name="KeyValueHeads">Key/value heads, K.</param>
/// <param name="HeadSize">Width of a head, D.</param>
public readonly record struct HeadShape(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Width of a row of queries, keys and values together, Q.</summary>
    public int RowWidth => (Heads + (2 * KeyValueHeads)) * HeadSize;

    /// <summary>Query heads that share one key/value head.</summary>
    public int Group => Heads / KeyValueHeads;
}

/// <summary>The settings of one AdamW update.</summary>
/// <param name="Step">Updates made, this one included; from 1.</param>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
public readonly record struct AdamWStep(int Step, double LearningRate, double Beta1, double Beta2, double Epsilon);
