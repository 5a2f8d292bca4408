using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>The network's gradient in float against central differences of the reference network in double.</summary>
public class GradientTests
{
    private const int PerTensor = 50;

    // Two completions behind one prompt, and a sequence alone.
    private static readonly SequenceLayout Layout = new([new(0, 5, -1), new(5, 3, 0), new(8, 4, 0), new(12, 6, -1)]);

    public static TheoryData<string> Shapes => [.. TinyModels.Names];

    public static TheoryData<string, KernelPath> ShapesAndPaths =>
        new MatrixTheoryData<string, KernelPath>(TinyModels.Names, Enum.GetValues<KernelPath>());

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Log_probabilities_are_those_of_the_reference_network(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyModels.Make(shape, kernels);
        TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
        double[] expected = new ReferenceNetwork(model).LogProbs(batch.Tokens, batch.Layout, batch.Rows, batch.Targets);
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        model.Forward(batch.Tokens, batch.Layout, activations);
        float[] logProbs = new float[expected.Length], entropies = new float[expected.Length];
        model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
        Near.Check("logProbs (n)", [expected.Length], expected, logProbs, Tolerance.NetworkFloat, $"{shape}, {path}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_of_every_tensor_is_that_of_differences(string shape)
    {
        using KernelSet plain = Paths.Open(KernelPath.Reference);
        using Transformer model = TinyModels.Make(shape, plain);
        TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
        float[] weights = Values.Normal(5, batch.Rows.Length);
        Dictionary<string, (int[] Picks, double[] Differences)> expected = Differences(model, batch, weights);
        foreach (KernelPath path in Enum.GetValues<KernelPath>())
        {
            using KernelSet kernels = Paths.Open(path, 2);
            using ParameterSet gradients = Backward(shape, kernels, batch, weights, passes: 1);
            foreach ((string tensor, (int[] picks, double[] differences)) in expected)
            {
                float[] actual = [.. picks.Select(pick => gradients[tensor].Span[pick])];
                Near.Check($"d {tensor} (picks)", [picks.Length], differences, actual, Tolerance.GradientFloat, $"{shape}, {path}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Second_pass_adds_the_same_again(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        TrainingBatch batch = TrainingBatch.Random(Layout, TinyModels.Config(shape).VocabularySize);
        float[] weights = Values.Normal(5, batch.Rows.Length);
        using ParameterSet once = Backward(shape, kernels, batch, weights, passes: 1);
        using ParameterSet twice = Backward(shape, kernels, batch, weights, passes: 2);
        foreach (ParameterInfo item in once.Layout.Items)
        {
            double[] doubled = [.. once[item.Name].Span.ToArray().Select(value => 2.0 * value)];
            Near.Check($"d {item.Name}", item.Shape, doubled, twice[item.Name].Span, Tolerance.GradientFloat, $"{shape}, {path}");
        }
    }

    private static ParameterSet Backward(string shape, KernelSet kernels, TrainingBatch batch, float[] weights, int passes)
    {
        using Transformer model = TinyModels.Make(shape, kernels);
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        var gradients = new ParameterSet(model.Config);
        for (int pass = 0; pass < passes; pass++)
        {
            model.Forward(batch.Tokens, batch.Layout, activations);
            model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, weights, gradients);
        }

        return gradients;
    }

    private static Dictionary<string, (int[] Picks, double[] Differences)> Differences(
        Transformer model, TrainingBatch batch, float[] weights)
    {
        var network = new ReferenceNetwork(model);
        double[] dLogProbs = weights.Doubles();
        double Loss() =>
            GradientCheck.Dot(network.LogProbs(batch.Tokens, batch.Layout, batch.Rows, batch.Targets), dLogProbs);
        var differences = new Dictionary<string, (int[], double[])>();
        foreach (ParameterInfo item in network.Layout.Items)
        {
            int[] all = [.. Enumerable.Range(0, (int)item.Length)];
            new Random(6).Shuffle(all);
            int[] picks = all[..Math.Min(PerTensor, all.Length)];
            double[] slopes =
                [.. picks.Select(pick => GradientCheck.Difference(network.Parameters, (int)item.Offset + pick, Loss))];
            differences.Add(item.Name, (picks, slopes));
        }

        return differences;
    }
}
