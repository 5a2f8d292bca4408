using Hone.Engine.Decoding;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>A model for inference: the same bits from one packed copy, and no way to train, save or read what is not there.</summary>
public class ModelUseTests
{
    private static readonly int[] Prompt = [1, 5, 7, 11, 2];

    public static TheoryData<string> Shapes => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Log_probs_and_samples_have_the_same_bits(string shape)
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer training = TinyModels.Make(shape, kernels), inference = ForInference.Copy(training);
        float[] expected = ForInference.LogProbs(training, Prompt);
        Near.Exact("logProbs (n)", [expected.Length], expected, ForInference.LogProbs(inference, Prompt), shape);
        Completion one = Sample(training), other = Sample(inference);
        Assert.Equal(one.Tokens, other.Tokens);
        Near.Exact("logProbs (n)", [one.LogProbs.Length], one.LogProbs, other.LogProbs, shape);
    }

    // In bfloat16 panels the embeddings round too, which changes nothing where the weights are bfloat16.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weights_that_are_bfloat16_give_the_same_bits_in_bfloat16_panels(string shape)
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer training = TinyModels.Make(shape, kernels);
        foreach (ref float value in training.Parameters.All.Span)
        {
            value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xffff0000);
        }

        training.WeightsChanged();
        using Transformer inference = ForInference.Copy(training, WeightFormat.BF16);
        float[] expected = ForInference.LogProbs(training, Prompt);
        Near.Exact("logProbs (n)", [expected.Length], expected, ForInference.LogProbs(inference, Prompt), shape);
    }

    [Fact]
    public void A_real_model_gives_the_same_bits()
    {
        string folder = SharedFolder.Require("models", "stories260K");
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer training = ModelFile.Load(folder, kernels);
        using Transformer inference = ModelFile.Load(folder, kernels, use: ModelUse.Inference);
        int[] tokens = [.. Enumerable.Range(0, 200).Select(i => i * 7919 % training.Config.VocabularySize)];
        float[] expected = ForInference.LogProbs(training, tokens);
        Near.Exact("logProbs (n)", [expected.Length], expected, ForInference.LogProbs(inference, tokens), "stories260K");
    }

    [Fact]
    public void Norms_and_biases_are_there_and_matrices_are_not()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer training = TinyModels.Make("qwen2", kernels), inference = ForInference.Copy(training);
        ParameterSet all = training.Parameters, some = inference.Parameters;
        foreach (ParameterInfo item in all.Layout.Items)
        {
            if (item.IsMatrix)
            {
                NotThere(() => some[item.Name]);
            }
            else
            {
                Near.Exact(item.Name, item.Shape, all[item.Name].Span, some[item.Name].Span, "inference");
            }
        }

        Near.Exact(
            "biases", [30], all.Layers[1].QueryKeyValueBias.Span[..30], some.Layers[1].QueryKeyValueBias.Span[..30], "inference");
        Assert.Equal(all.Layout.Count, some.Layout.Count);
        NotThere(() => some.All);
        NotThere(() => some.Embedding);
        NotThere(() => some.Head);
        NotThere(() => some.Layers[0].QueryKeyValue);
        NotThere(() => some.Layers[0].Output);
        NotThere(() => some.Layers[0].GateUp);
        NotThere(() => some.Layers[0].Down);
    }

    [Fact]
    public void It_is_neither_trained_nor_saved()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer training = TinyModels.Make("llama", kernels), inference = ForInference.Copy(training);
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidOperationException>(() => ModelFile.Save(folder.FullPath, inference, TensorDataType.F32));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
        Assert.Throws<InvalidOperationException>(inference.WeightsChanged);

        using var activations = new Activations(inference.Config, ActivationMode.Keep);
        using var gradients = new ParameterSet(inference.Config);
        SequenceLayout layout = SequenceLayout.Independent([Prompt.Length]);
        inference.Forward(Prompt, layout, activations);
        Assert.Throws<InvalidOperationException>(
            () => inference.Backward(Prompt, layout, activations, [0], [1], [1f], gradients));
    }

    // Untied: embedding and head, (19, 12) in two panels of 16 each; a layer: (36, 12), (12, 12), (40, 12), (12, 20) in 3, 1, 3
    // and 1 panels; 5 norms of 12, each a cache line. Tied: one table of (33, 18) in three panels instead of two.
    [Theory]
    [InlineData(WeightFormat.F32, 4)]
    [InlineData(WeightFormat.BF16, 2)]
    public void Its_bytes_are_one_copy_of_every_matrix(WeightFormat format, int size)
    {
        const int Tables = 2 * 2 * 16 * 12, Layer = 16 * ((3 * 12) + 12 + (3 * 12) + 20), Norms = 5 * 16;
        Assert.Equal((size * (Tables + (2 * Layer))) + (4 * Norms), Transformer.InferenceBytes(TinyModels.Config("llama"), format));
        TransformerConfig tied = TinyModels.Config("qwen2");
        Assert.Equal(
            size * 3 * 16 * 18,
            Transformer.InferenceBytes(tied with { TiedEmbeddings = false }, format) - Transformer.InferenceBytes(tied, format));
    }

    private static Completion Sample(Transformer model)
    {
        using var decoder = new Decoder(model);
        return decoder.Generate(
            [new GenerationRequest(Prompt, [3], 9)], new SamplingRule(), [], cancel: TestContext.Current.CancellationToken)[0];
    }

    private static void NotThere(Func<object> read)
    {
        var error = Assert.Throws<InvalidOperationException>(read);
        Assert.Contains("Load it for training", error.Message, StringComparison.Ordinal);
    }
}
