using System.Text.Json;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>The whole network against an independent implementation: PyTorch in double.</summary>
public class VectorTests
{
    public static TheoryData<KernelPath> All => Paths.All;

    public static TheoryData<string, KernelPath> Cases =>
        new MatrixTheoryData<string, KernelPath>([.. VectorCase.Names, .. VectorCase.Adapted], Enum.GetValues<KernelPath>());

    public static TheoryData<string, KernelPath> WholeCases =>
        new MatrixTheoryData<string, KernelPath>(VectorCase.Names, Enum.GetValues<KernelPath>());

    public static TheoryData<string, KernelPath> AdaptedCases =>
        new MatrixTheoryData<string, KernelPath>(VectorCase.Adapted, Enum.GetValues<KernelPath>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Distribution_after_every_token_is_that_of_PyTorch(string name, KernelPath path)
    {
        using var run = new Run(name, path);
        int T = run.Case.Tokens.Length, V = run.Model.Config.VocabularySize;
        double[] logits = run.Case.Logits, expected = new double[T * V];
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<double> row = logits.AsSpan(i / V * V, V);
            double sum = 0;
            foreach (double logit in row)
            {
                sum += Math.Exp(logit);
            }

            expected[i] = logits[i] - Math.Log(sum);
        }

        int[] rows = [.. Enumerable.Range(0, T * V).Select(i => i / V)], targets = [.. Enumerable.Range(0, T * V).Select(i => i % V)];
        (float[] actual, _) = run.LogProbs(rows, targets);
        Near.Check("log p (t v)", [T, V], expected, actual, Tolerance.NetworkFloat, $"{name}, {path}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Log_probabilities_entropies_and_loss_are_those_of_PyTorch(string name, KernelPath path)
    {
        using var run = new Run(name, path);
        VectorCase expected = run.Case;
        (float[] logProbs, float[] entropies) = run.LogProbs(expected.Rows, expected.Targets);
        double[] loss = [-logProbs.Average(value => (double)value)];
        int n = expected.Rows.Length;
        Near.Check("logProbs (n)", [n], expected.LogProbs, logProbs, Tolerance.NetworkFloat, $"{name}, {path}");
        Near.Check("entropies (n)", [n], expected.Entropies, entropies, Tolerance.NetworkFloat, $"{name}, {path}");
        Near.Check("loss", [1], [expected.Loss], loss, Tolerance.NetworkFloat, $"{name}, {path}");
    }

    [Theory]
    [MemberData(nameof(WholeCases))]
    public void Gradient_of_every_tensor_is_that_of_PyTorch(string name, KernelPath path)
    {
        using var run = new Run(name, path);
        VectorCase expected = run.Case;
        float[] dLogProbs = new float[expected.Rows.Length];
        Array.Fill(dLogProbs, -1f / dLogProbs.Length);
        using var gradients = new ParameterSet(run.Model.Config);
        run.Model.Backward(
            expected.Tokens, expected.Layout, run.Activations, expected.Rows, expected.Targets, dLogProbs, gradients);
        Assert.Equal(expected.GradientNames().Order(), gradients.Layout.Items.Select(item => item.Name).Order());
        foreach (ParameterInfo item in gradients.Layout.Items)
        {
            Near.Check(
                $"d {item.Name}", item.Shape, expected.Gradient(item.Name), gradients[item.Name].Span, Tolerance.GradientFloat,
                $"{name}, {path}");
        }
    }

    [Theory]
    [MemberData(nameof(AdaptedCases))]
    public void Gradient_of_every_adapter_is_that_of_PyTorch(string name, KernelPath path)
    {
        using var run = new Run(name, path);
        VectorCase expected = run.Case;
        float[] dLogProbs = new float[expected.Rows.Length];
        Array.Fill(dLogProbs, -1f / dLogProbs.Length);
        using var gradients = new LoraParameters(run.Model.Adapters!.Values.Layout);
        run.Model.Backward(
            expected.Tokens, expected.Layout, run.Activations, expected.Rows, expected.Targets, dLogProbs, gradients);
        Assert.Equal(2 * gradients.Layout.Modules.Count, expected.GradientNames().Length);
        foreach (LoraModule module in gradients.Layout.Modules)
        {
            string tensor = $"base_model.model.{module.Name}.lora_";
            Near.Check(
                $"d A {module.Name}", [module.Rank, module.Inputs], expected.Gradient(tensor + "A.weight"), gradients.A(module).Span,
                Tolerance.GradientFloat, $"{name}, {path}");
            Near.Check(
                $"d B {module.Name}", [module.Outputs, module.Rank], expected.Gradient(tensor + "B.weight"),
                gradients.CopyOfB(module), Tolerance.GradientFloat, $"{name}, {path}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void AdamW_is_that_of_PyTorch(KernelPath path)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "Vectors", "adamw.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement root = document.RootElement;
        double Number(string name) => root.GetProperty(name).GetDouble();
        using KernelSet kernels = Paths.Open(path);
        using var memory = new TestMemory();
        Tensor parameter = memory.Of(VectorCase.Numbers(root.GetProperty("initial")).Floats());
        Tensor first = memory.Zeros(10), second = memory.Zeros(10);
        int step = 0;
        foreach (JsonElement expected in root.GetProperty("steps").EnumerateArray())
        {
            var update = new AdamWStep(
                ++step, Number("learning_rate"), Number("beta1"), Number("beta2"), Number("epsilon"));
            Tensor gradient = memory.Of(VectorCase.Numbers(expected.GetProperty("gradient")).Floats());
            kernels.AdamW(parameter, gradient, first, second, update, 1f, (float)Number("weight_decay"));
            string where = $"{path}, step {step}";
            Check("parameter", expected, parameter, Tolerance.Elementwise, where);
            Check("first_moment", expected, first, Tolerance.ElementwiseTerms, where); // gradients cancel in it
            Check("second_moment", expected, second, Tolerance.Elementwise, where);
        }

        Assert.Equal(3, step);
    }

    private static void Check(string what, JsonElement expected, Tensor actual, Tolerance tolerance, string where) =>
        Near.Check(what, [10], VectorCase.Numbers(expected.GetProperty(what)), actual.Span, tolerance, where);

    /// <summary>A forward pass over a case's two sequences.</summary>
    private sealed class Run : IDisposable
    {
        private readonly KernelSet _kernels;

        public Run(string name, KernelPath path)
        {
            Case = new VectorCase(name);
            _kernels = Paths.Open(path, 2);
            Model = Case.Load(_kernels);
            Activations = new Activations(Model.Config, ActivationMode.Keep);
            Model.Forward(Case.Tokens, Case.Layout, Activations);
        }

        public VectorCase Case { get; }

        public Transformer Model { get; }

        public Activations Activations { get; }

        public (float[] LogProbs, float[] Entropies) LogProbs(int[] rows, int[] targets)
        {
            float[] logProbs = new float[rows.Length], entropies = new float[rows.Length];
            Model.LogProbs(Activations, rows, targets, logProbs, entropies);
            return (logProbs, entropies);
        }

        public void Dispose()
        {
            Activations.Dispose();
            Model.Dispose();
            _kernels.Dispose();
        }
    }
}
