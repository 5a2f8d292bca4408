using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>Bfloat16 panels: exact where the weights are, otherwise the model with rounded weights, in every pass alike.</summary>
public class WeightFormatTests
{
    private static readonly int[] Prompt = [1, 5, 7, 11, 2];

    public static TheoryData<string> Shapes => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weights_that_are_bfloat16_give_the_same_bits(string shape)
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer plain = TinyModels.Make(shape, kernels), narrow = TinyModels.Make(shape, kernels, WeightFormat.BF16);
        float[] unrounded = LogProbs(plain);
        foreach (Transformer model in (ReadOnlySpan<Transformer>)[plain, narrow])
        {
            foreach (ref float value in model.Parameters.All.Span)
            {
                value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xffff0000);
            }

            model.WeightsChanged();
        }

        float[] expected = LogProbs(plain);
        Assert.NotEqual(unrounded, expected);
        Near.Exact("logProbs (n)", [expected.Length], expected, LogProbs(narrow), shape);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sampled_log_probabilities_are_those_of_a_forward_pass_in_the_same_format(string shape)
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer model = TinyModels.Make(shape, kernels, WeightFormat.BF16);
        using var decoder = new Decoder(model);
        Completion completion = decoder.Generate(
            [new GenerationRequest(Prompt, [3], 9)], new SamplingRule(), [], cancel: TestContext.Current.CancellationToken)[0];
        float[] expected = LogProbs(model, [.. Prompt, .. completion.Tokens]);
        Near.Exact("logProbs (n)", [9], expected.AsSpan(Prompt.Length - 1), completion.LogProbs, shape);
    }

    [Fact]
    public void Gradients_need_the_weights_themselves()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("llama", kernels, WeightFormat.BF16);
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        using var gradients = new ParameterSet(model.Config);
        SequenceLayout layout = SequenceLayout.Independent([Prompt.Length]);
        model.Forward(Prompt, layout, activations);

        Assert.Throws<InvalidOperationException>(
            () => model.Backward(Prompt, layout, activations, [0], [1], [1f], gradients));
    }

    private static float[] LogProbs(Transformer model) => LogProbs(model, Prompt);

    private static float[] LogProbs(Transformer model, int[] tokens)
    {
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        model.Forward(tokens, SequenceLayout.Independent([tokens.Length]), activations);
        int[] rows = [.. Enumerable.Range(0, tokens.Length - 1)];
        float[] logProbs = new float[rows.Length], entropies = new float[rows.Length];
        model.LogProbs(activations, rows, tokens.AsSpan(1), logProbs, entropies);
        return logProbs;
    }
}
