using Hone.Engine.Kernels;

namespace Hone.Benchmarks;

/// <summary>The sizes of a model and of a batch; written in the order of <c>bench/peers.sh</c>.</summary>
/// <param name="Hidden">Hidden size, C.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Query heads, H.</param>
/// <param name="KeyValueHeads">Key/value heads, K.</param>
/// <param name="FeedForward">Feed-forward size, F.</param>
/// <param name="Vocabulary">Vocabulary size, V.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Tokens of a sequence.</param>
public sealed record ModelShape(
    int Hidden, int Layers, int Heads, int KeyValueHeads, int FeedForward, int Vocabulary, int Batch, int Length)
{
    /// <summary>Tokens of the batch, T.</summary>
    public int Tokens => Batch * Length;

    /// <summary>The heads of an attention layer.</summary>
    public HeadShape HeadShape => new(Heads, KeyValueHeads, Hidden / Heads);

    /// <summary>Weights of one transformer block's matrices.</summary>
    public int LayerWeights => Hidden * (HeadShape.RowWidth + Hidden + (3 * FeedForward));

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Hidden} {Layers} {Heads} {KeyValueHeads} {FeedForward} {Vocabulary} {Batch} {Length}";
}
