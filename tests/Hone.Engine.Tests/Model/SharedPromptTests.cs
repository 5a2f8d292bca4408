using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>
/// A policy update whose completions share their prompt's tokens is the update with a copy of the prompt for each: the same
/// log-probabilities to the bit, and gradients that differ by the order of the sums over the prompt's tokens alone.
/// </summary>
public class SharedPromptTests
{
    // A prompt of two whole blocks of 16 keys, and one that breaks a block; a completion of one token has no row of its own.
    private static readonly (int Prompt, int[] Completions)[] Groups = [(32, [12, 1, 7, 9]), (17, [5, 12, 3, 8])];

    public static TheoryData<string, KernelPath> ShapesAndPaths =>
        new MatrixTheoryData<string, KernelPath>(TinyModels.Names, Enum.GetValues<KernelPath>());

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Update_is_that_of_repeated_prompts(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyModels.Make(shape, kernels);
        (int[] Prompt, int[][] Completions)[] groups = Draw(model.Config.VocabularySize);
        TrainingBatch shared = TrainingBatch.Shared(groups), repeated = TrainingBatch.Repeated(groups);
        Assert.Equal(repeated.Targets, shared.Targets);
        Assert.Equal(Groups.Sum(group => group.Prompt * (group.Completions.Length - 1)), repeated.Tokens.Length - shared.Tokens.Length);

        using ParameterSet expected = new(model.Config), actual = new(model.Config);
        float[] expectedLogProbs = Update(model, repeated, expected), actualLogProbs = Update(model, shared, actual);
        Near.Exact("logProbs (n)", [shared.Targets.Length], expectedLogProbs, actualLogProbs, $"{shape}, {path}");
        foreach (ParameterInfo item in expected.Layout.Items)
        {
            float[] gradient = expected[item.Name].Span.ToArray();
            Assert.Contains(gradient, value => value != 0);
            Near.Check(
                $"d {item.Name}", item.Shape, gradient.Doubles(), actual[item.Name].Span, Tolerance.ReorderedGradient, $"{shape}, {path}");
        }
    }

    private static (int[] Prompt, int[][] Completions)[] Draw(int vocabulary) =>
    [
        .. Groups.Select((group, g) => (
            Values.Tokens(20 + g, group.Prompt, vocabulary),
            group.Completions.Select((length, i) => Values.Tokens(30 + (10 * g) + i, length, vocabulary)).ToArray())),
    ];

    // The gradient of the policy loss at ratio 1: minus the advantage of its completion for each token, by the number of tokens.
    private static float[] Update(Transformer model, TrainingBatch batch, ParameterSet gradients)
    {
        float[] advantages = [1.5f, -0.5f, -1.5f, 0.5f];
        float[] dLogProbs =
        [
            .. Groups.SelectMany(group => group.Completions.SelectMany(
                (length, i) => Enumerable.Repeat(-advantages[i] / batch.Targets.Length, length))),
        ];
        float[] logProbs = new float[batch.Targets.Length], entropies = new float[batch.Targets.Length];
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        model.Forward(batch.Tokens, batch.Layout, activations);
        model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
        model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, dLogProbs, gradients);
        return logProbs;
    }
}
