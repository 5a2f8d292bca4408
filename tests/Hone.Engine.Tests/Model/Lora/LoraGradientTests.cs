using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model.Lora;

/// <summary>Gradients of adapters in float against central differences of the reference network with W + scale * B A, in double.</summary>
public class LoraGradientTests
{
    private const int PerMatrix = 12;

    private static readonly LoraConfig[] Configs =
    [
        TinyAdapters.Config,
        new() { Rank = 2, Alpha = 3, RankStabilized = true, Targets = [LoraTarget.Key, LoraTarget.Up, LoraTarget.Down] },
    ];

    // Two completions behind one prompt, and a sequence alone.
    private static readonly SequenceLayout Layout = new([new(0, 5, -1), new(5, 3, 0), new(8, 4, 0), new(12, 6, -1)]);

    public static TheoryData<string> Shapes => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_of_every_adapter_is_that_of_differences(string shape)
    {
        foreach (LoraConfig lora in Configs)
        {
            using KernelSet plain = Paths.Open(KernelPath.Reference);
            using Transformer model = TinyAdapters.Make(shape, plain, lora);
            TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
            float[] weights = Values.Normal(5, batch.Rows.Length);
            var expected = new AdaptedNetwork(model, batch, weights.Doubles());
            foreach (KernelPath path in Enum.GetValues<KernelPath>())
            {
                using KernelSet kernels = Paths.Open(path, 2);
                using LoraParameters gradients = Backward(shape, kernels, lora, batch, weights, ActivationMode.Keep);
                foreach (LoraModule module in gradients.Layout.Modules)
                {
                    Check("A", module, gradients.A(module).Span, $"{shape}, {path}");
                    Check("B", module, gradients.CopyOfB(module), $"{shape}, {path}");
                }
            }

            void Check(string matrix, LoraModule module, ReadOnlySpan<float> gradient, string where)
            {
                (int[] picks, double[] differences) = expected.Differences(module, matrix, PerMatrix);
                float[] actual = new float[picks.Length];
                for (int i = 0; i < picks.Length; i++)
                {
                    actual[i] = gradient[picks[i]];
                }

                Near.Check($"d {matrix} {module.Name} (picks)", [picks.Length], differences, actual, Tolerance.GradientFloat, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_stands_beside_the_blocks_of_B_gets_no_gradient(string shape)
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        TrainingBatch batch = TrainingBatch.Random(Layout, TinyModels.Config(shape).VocabularySize);
        foreach (LoraConfig lora in Configs)
        {
            using LoraParameters gradients = Backward(
                shape, kernels, lora, batch, Values.Normal(5, batch.Rows.Length), ActivationMode.Keep);
            long nonZero = gradients.Layout.Modules.Sum(
                module => (long)gradients.A(module).Span.ToArray().Concat(gradients.CopyOfB(module)).Count(value => value != 0));
            Assert.Equal(gradients.Layout.Count, nonZero);
            Assert.Equal(nonZero, gradients.All.Span.ToArray().Count(value => value != 0));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Recomputed_gradients_are_the_kept_ones_with_dropout_too(string shape)
    {
        using KernelSet kernels = Paths.Open(KernelPaths.Chosen(), 2);
        TrainingBatch batch = TrainingBatch.Random(Layout, TinyModels.Config(shape).VocabularySize);
        float[] weights = Values.Normal(5, batch.Rows.Length);
        foreach (double dropout in (double[])[0, 0.3])
        {
            LoraConfig lora = TinyAdapters.Config with { Dropout = dropout };
            using LoraParameters kept = Backward(shape, kernels, lora, batch, weights, ActivationMode.Keep);
            using LoraParameters recomputed = Backward(shape, kernels, lora, batch, weights, ActivationMode.Recompute);
            Near.Exact("gradients", [(int)kept.All.Length], kept.All.Span, recomputed.All.Span, $"{shape}, dropout {dropout}");
        }
    }

    internal static LoraParameters Backward(
        string shape, KernelSet kernels, LoraConfig lora, TrainingBatch batch, float[] weights, ActivationMode mode)
    {
        using Transformer model = TinyAdapters.Make(shape, kernels, lora);
        model.Adapters!.Dropout = new LoraDropout(3, 0);
        using var activations = new Activations(model.Config, mode);
        var gradients = new LoraParameters(model.Adapters.Values.Layout);
        model.Forward(batch.Tokens, batch.Layout, activations);
        model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, weights, gradients);
        return gradients;
    }

    /// <summary>The reference network under adapters that can be moved.</summary>
    private sealed class AdaptedNetwork
    {
        private readonly ReferenceNetwork _network;
        private readonly double[] _base;
        private readonly double _scale;
        private readonly Dictionary<(string Module, string Matrix), double[]> _adapters = [];
        private readonly Dictionary<(string, string), (int[], double[])> _found = [];
        private readonly IReadOnlyList<LoraModule> _modules;
        private readonly Func<double> _loss;

        public AdaptedNetwork(Transformer model, TrainingBatch batch, double[] dLogProbs)
        {
            LoraParameters values = model.Adapters!.Values;
            _network = new ReferenceNetwork(model);
            _base = [.. _network.Parameters];
            _scale = values.Layout.Config.Scale;
            _modules = values.Layout.Modules;
            foreach (LoraModule module in _modules)
            {
                _adapters[(module.Name, "A")] = Values.Doubles(values.A(module).Span);
                _adapters[(module.Name, "B")] = values.CopyOfB(module).Doubles();
                Merge(module);
            }

            _loss = () => GradientCheck.Dot(
                _network.LogProbs(batch.Tokens, batch.Layout, batch.Rows, batch.Targets), dLogProbs);
        }

        public (int[] Picks, double[] Differences) Differences(LoraModule module, string matrix, int most)
        {
            if (!_found.TryGetValue((module.Name, matrix), out (int[] Picks, double[] Slopes) found))
            {
                double[] values = _adapters[(module.Name, matrix)];
                int[] all = [.. Enumerable.Range(0, values.Length)];
                new Random(6).Shuffle(all);
                int[] picks = all[..Math.Min(most, all.Length)];
                double Loss()
                {
                    Merge(module);
                    return _loss();
                }

                found = (picks, [.. picks.Select(pick => GradientCheck.Difference(values, pick, Loss))]);
                Merge(module);
                _found.Add((module.Name, matrix), found);
            }

            return found;
        }

        private void Merge(LoraModule module)
        {
            double[] a = _adapters[(module.Name, "A")], b = _adapters[(module.Name, "B")];
            int offset = (int)_network.Layout[module.Name + ".weight"].Offset, inputs = module.Inputs, rank = module.Rank;
            for (int o = 0; o < module.Outputs; o++)
            {
                for (int i = 0; i < inputs; i++)
                {
                    double sum = 0;
                    for (int r = 0; r < rank; r++)
                    {
                        sum += b[(o * rank) + r] * a[(r * inputs) + i];
                    }

                    int at = offset + (o * inputs) + i;
                    _network.Parameters[at] = _base[at] + (_scale * sum);
                }
            }
        }
    }
}
