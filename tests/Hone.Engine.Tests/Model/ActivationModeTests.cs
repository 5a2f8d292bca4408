using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>What a pass keeps changes its memory, not one bit of its results.</summary>
public class ActivationModeTests
{
    // Two completions behind one prompt, and a sequence alone; then a larger pass in the same activations, and a smaller one.
    private static readonly SequenceLayout[] Passes =
    [
        new([new(0, 5, -1), new(5, 3, 0), new(8, 4, 0), new(12, 6, -1)]),
        SequenceLayout.Independent([20, 1, 17]),
        new([new(0, 3, -1), new(3, 2, 0), new(5, 2, 0)]),
    ];

    public static TheoryData<string, KernelPath> ShapesAndPaths =>
        new MatrixTheoryData<string, KernelPath>(TinyModels.Names, Enum.GetValues<KernelPath>());

    public static TheoryData<string> Shapes => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Recomputed_gradients_are_the_kept_ones(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = Model(shape, kernels);
        using ParameterSet kept = new(model.Config), recomputed = new(model.Config);
        float[] expected = Train(model, ActivationMode.Keep, kept), actual = Train(model, ActivationMode.Recompute, recomputed);
        Near.Exact("logProbs (n)", [expected.Length], expected, actual, $"{shape}, {path}");
        foreach (ParameterInfo item in kept.Layout.Items)
        {
            Assert.Contains(kept[item.Name].Span.ToArray(), value => value != 0);
            Near.Exact($"d {item.Name}", item.Shape, kept[item.Name].Span, recomputed[item.Name].Span, $"{shape}, {path}");
        }
    }

    [Fact]
    public void A_second_backward_pass_after_one_forward_pass_adds_the_same_again()
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        using Transformer model = Model("qwen3", kernels);
        using ParameterSet kept = new(model.Config), recomputed = new(model.Config);
        Train(model, ActivationMode.Keep, kept, backwards: 2);
        Train(model, ActivationMode.Recompute, recomputed, backwards: 2);
        Near.Exact("gradients", [(int)kept.All.Length], kept.All.Span, recomputed.All.Span, "qwen3");
    }

    [Fact]
    public void Nothing_kept_allows_no_backward_pass()
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        using Transformer model = Model("llama", kernels);
        using ParameterSet gradients = new(model.Config);
        Assert.Throws<InvalidOperationException>(() => Train(model, ActivationMode.Discard, gradients));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Bytes_are_those_laid_out(string shape)
    {
        TransformerConfig config = TinyModels.Config(shape, 3);
        foreach (ActivationMode mode in Enum.GetValues<ActivationMode>())
        {
            using var activations = new Activations(config, mode);
            foreach (int tokens in (int[])[1, 16, 37])
            {
                activations.Reserve(tokens);
                Assert.Equal(activations.TakenBytes, Activations.Bytes(config, tokens, mode));
            }
        }
    }

    // C 16, F 32, Q 16 + 2*8 = 32, H*D 16, 3 layers, 10 tokens: every tensor fills whole cache lines.
    [Theory]
    [InlineData(ActivationMode.Discard, 16 + (32 + 16 + 16 + 64) + (16 + 16 + 32))]
    [InlineData(ActivationMode.Keep, (4 * 16) + (3 * (32 + 16 + 16 + 64)) + (16 + 16 + 32) + (16 + 16 + 32 + 16 + 64))]
    [InlineData(ActivationMode.Recompute, (4 * 16) + (32 + 16 + 16 + 64) + (16 + 16 + 32) + (16 + 16 + 32 + 16 + 64))]
    public void Bytes_are_those_counted_by_hand(ActivationMode mode, int floatsPerToken)
    {
        var config = new TransformerConfig
        {
            Architecture = Architecture.Llama, VocabularySize = 50, HiddenSize = 16, IntermediateSize = 32, Layers = 3, Heads = 2,
            KeyValueHeads = 1, HeadSize = 8, MaxPositions = 64,
        };
        Assert.Equal(sizeof(float) * 10 * floatsPerToken, Activations.Bytes(config, 10, mode));
    }

    // 17 outputs are two panels of 16, 12 inputs one: hidden 12, feed-forward 17, Q = 4*4 + 2*2*4 = 32, vocabulary 19, 2 layers.
    [Fact]
    public void Packed_matrices_count_their_padding()
    {
        TransformerConfig config = TinyModels.Config("llama_biases");
        int forward = (2 * ((32 * 12) + (16 * 16) + (48 * 12) + (16 * 17))) + (32 * 12);
        int backward = (2 * ((16 * 32) + (16 * 12) + (16 * 34) + (32 * 12))) + (16 * 19);
        Assert.Equal(sizeof(float) * forward, Transformer.PackedBytes(config, transposed: false));
        Assert.Equal(sizeof(float) * backward, Transformer.PackedBytes(config, transposed: true));
    }

    // Four layers, so that blocks in the middle find the shared tensors used by the block above them.
    private static Transformer Model(string shape, KernelSet kernels)
    {
        var model = new Transformer(TinyModels.Config(shape, 4), kernels);
        ModelInitialization.Randomize(model, seed: 3);
        return model;
    }

    private static float[] Train(Transformer model, ActivationMode mode, ParameterSet gradients, int backwards = 1)
    {
        using var activations = new Activations(model.Config, mode);
        var all = new List<float>();
        foreach (SequenceLayout layout in Passes)
        {
            TrainingBatch batch = TrainingBatch.Random(layout, model.Config.VocabularySize);
            float[] logProbs = new float[batch.Rows.Length], entropies = new float[batch.Rows.Length];
            model.Forward(batch.Tokens, batch.Layout, activations);
            model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
            all.AddRange(logProbs);
            float[] weights = Values.Normal(5, batch.Rows.Length);
            for (int i = 0; i < backwards; i++)
            {
                model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, weights, gradients);
            }
        }

        return [.. all];
    }
}
