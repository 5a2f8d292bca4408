using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Training.Tests.Testing;

/// <summary>A two-layer model over bytes, and its tokenizer.</summary>
internal static class TinyPolicy
{
    /// <summary>The tokenizer's end token; every other id is a byte.</summary>
    public const int EndToken = 256;

    private static readonly Lazy<Tokenizer> Bytes = new(() =>
    {
        using var folder = new TempFolder();
        ByteTokenizerFile.Write(folder.Root, []);
        return TokenizerFile.Load(folder.Root);
    });

    /// <summary>Ids 0 to 255 are bytes, 256 is the end.</summary>
    public static Tokenizer Tokenizer => Bytes.Value;

    public static TransformerConfig Config(bool tied = false) => new()
    {
        Architecture = Architecture.Qwen2, VocabularySize = 257, HiddenSize = 16, IntermediateSize = 24, Layers = 2, Heads = 4,
        KeyValueHeads = 2, HeadSize = 4, MaxPositions = 128, RopeTheta = 1000, TiedEmbeddings = tied, QueryKeyValueBias = true,
        EosTokenIds = [EndToken],
    };

    /// <summary>Random weights of deviation 0.2, so that some tokens are much likelier than others; biases are not zero.</summary>
    public static Transformer Make(Kernels kernels, long seed = 1, bool tied = false)
    {
        const float Wider = 10f;
        var model = new Transformer(Config(tied), kernels);
        ModelInitialization.Randomize(model, seed);
        foreach (ParameterInfo item in model.Parameters.Layout.Items)
        {
            Span<float> values = model.Parameters[item.Name].Span;
            ulong stream = RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(item.Name), 7);
            for (int i = 0; i < values.Length; i++)
            {
                float shift = (float)(0.4 * (RandomNumbers.Uniform(stream, i) - 0.5));
                values[i] = item.Shape.Length == 2 ? values[i] * Wider : values[i] + shift;
            }
        }

        model.WeightsChanged();
        return model;
    }

    /// <summary>A model for inference of the same weights on the same kernels.</summary>
    public static Transformer Reference(Transformer model)
    {
        var copy = new Transformer(model.Config, model.Kernels, use: ModelUse.Inference);
        copy.Fill(
            item => (offset, values) => model.Parameters[item.Name].Slice(offset, values.Length).Span.CopyTo(values), _ => { });
        return copy;
    }

    /// <summary>A model of the same weights with kernels of its own.</summary>
    public static Transformer Copy(Transformer model, Kernels kernels)
    {
        var copy = new Transformer(model.Config, kernels);
        model.Parameters.All.Span.CopyTo(copy.Parameters.All.Span);
        copy.WeightsChanged();
        return copy;
    }
}
