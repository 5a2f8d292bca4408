using Hone.Engine.Kernels;
using Hone.Engine.Model;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// Two-layer shapes that between them have every feature of the architectures, with seeded random weights.
/// </summary>
internal static class TinyModels
{
    private static readonly Dictionary<string, TransformerConfig> Shapes = new()
    {
        ["llama"] = new TransformerConfig
        {
            Architecture = Architecture.Llama, VocabularySize = 19, HiddenSize = 12, IntermediateSize = 20, Layers = 2,
            Heads = 3, KeyValueHeads = 3, HeadSize = 4, MaxPositions = 128, NormEpsilon = 1e-3f, RopeTheta = 100,
        },
        ["llama_biases"] = new TransformerConfig
        {
            Architecture = Architecture.Llama, VocabularySize = 19, HiddenSize = 12, IntermediateSize = 17, Layers = 2,
            Heads = 4, KeyValueHeads = 2, HeadSize = 4, MaxPositions = 128, NormEpsilon = 1e-3f, RopeTheta = 100,
            QueryKeyValueBias = true, OutputBias = true, FeedForwardBias = true,
        },
        ["qwen2"] = new TransformerConfig
        {
            Architecture = Architecture.Qwen2, VocabularySize = 33, HiddenSize = 18, IntermediateSize = 21, Layers = 2,
            Heads = 4, KeyValueHeads = 2, HeadSize = 6, MaxPositions = 128, NormEpsilon = 1e-3f, RopeTheta = 100,
            QueryKeyValueBias = true, TiedEmbeddings = true,
        },
        ["qwen3"] = new TransformerConfig
        {
            Architecture = Architecture.Qwen3, VocabularySize = 21, HiddenSize = 12, IntermediateSize = 16, Layers = 2,
            Heads = 4, KeyValueHeads = 1, HeadSize = 8, MaxPositions = 128, NormEpsilon = 1e-3f, RopeTheta = 100,
            QueryKeyNorm = true,
        },
        ["qwen2_windows"] = new TransformerConfig
        {
            Architecture = Architecture.Qwen2, VocabularySize = 23, HiddenSize = 12, IntermediateSize = 17, Layers = 2,
            Heads = 4, KeyValueHeads = 2, HeadSize = 16, MaxPositions = 128, NormEpsilon = 1e-3f, RopeTheta = 100,
            QueryKeyValueBias = true, RotaryScaling = new YarnScaling(4, 32) { BetaFast = 4 }, Windows = [5, 0],
        },
    };

    public static string[] Names => [.. Shapes.Keys];

    public static TransformerConfig Config(string name) => Shapes[name];

    /// <summary>The shape with more layers, whose windows repeat those of the two.</summary>
    public static TransformerConfig Config(string name, int layers)
    {
        TransformerConfig shape = Shapes[name];
        int[] windows = [.. Enumerable.Range(0, layers).Select(layer => shape.WindowOf(layer % shape.Layers))];
        return shape with { Layers = layers, Windows = shape.Windows.Count == 0 ? [] : windows };
    }

    /// <summary>A model with norms about 1 and everything else of size 0.3.</summary>
    public static Transformer Make(string name, KernelSet kernels, WeightFormat format = WeightFormat.F32)
    {
        var model = new Transformer(Shapes[name], kernels, format);
        for (int i = 0; i < model.Parameters.Layout.Items.Count; i++)
        {
            ParameterInfo item = model.Parameters.Layout.Items[i];
            bool norm = item.Name.EndsWith("norm.weight", StringComparison.Ordinal);
            float[] values = Values.Normal(100 + i, (int)item.Length, norm ? 0.1f : 0.3f);
            for (int j = 0; j < values.Length; j++)
            {
                model.Parameters[item.Name].Span[j] = values[j] + (norm ? 1f : 0f);
            }
        }

        model.WeightsChanged();
        return model;
    }
}
