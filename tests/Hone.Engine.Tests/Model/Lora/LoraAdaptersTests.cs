using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model.Lora;

public class LoraAdaptersTests
{
    private static readonly SequenceLayout Layout = SequenceLayout.Independent([20, 1, 17]);

    public static TheoryData<string, KernelPath> ShapesAndPaths =>
        new MatrixTheoryData<string, KernelPath>(TinyModels.Names, Enum.GetValues<KernelPath>());

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void New_adapters_change_no_bit_and_moved_ones_can_be_switched_off(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer plain = TinyModels.Make(shape, kernels), adapted = TinyModels.Make(shape, kernels);
        using Transformer moved = TinyAdapters.Make(shape, kernels);
        var adapters = new LoraAdapters(adapted.Config, TinyAdapters.Config, kernels);
        adapted.Adapt(adapters);
        LoraInitialization.Randomize(adapters, seed: 4);
        float[] expected = LogProbs(plain), off;
        Near.Exact("log p", [expected.Length], expected, LogProbs(adapted), $"{shape}, {path}, B = 0");
        float[] on = LogProbs(moved);
        moved.AdaptersOn = false;
        off = LogProbs(moved);
        Near.Exact("log p", [expected.Length], expected, off, $"{shape}, {path}, off");
        Assert.NotEqual(expected, on);
    }

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Merged_weights_give_the_same_distribution(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyAdapters.Make(shape, kernels);
        double[] expected = LogProbs(model).Doubles();
        model.MergeAdapters();
        Assert.Null(model.Adapters);
        Near.Check("log p (n)", [expected.Length], expected, LogProbs(model), Tolerance.NetworkFloat, $"{shape}, {path}");
    }

    [Fact]
    public void First_values_are_uniform_with_the_inputs_bound_and_repeat_with_the_seed()
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        TransformerConfig config = TinyModels.Config("qwen2");
        using LoraAdapters one = new(config, TinyAdapters.Config, kernels), two = new(config, TinyAdapters.Config, kernels);
        using LoraAdapters other = new(config, TinyAdapters.Config, kernels);
        LoraInitialization.Randomize(one, 7);
        LoraInitialization.Randomize(two, 7);
        LoraInitialization.Randomize(other, 8);
        Near.Exact("values", [(int)one.Values.All.Length], one.Values.All.Span, two.Values.All.Span, "seed 7");
        Assert.NotEqual(one.Values.All.Span.ToArray(), other.Values.All.Span.ToArray());
        foreach (LoraModule module in one.Values.Layout.Modules)
        {
            float[] a = one.Values.A(module).Span.ToArray();
            float bound = (float)(1 / Math.Sqrt(module.Inputs));
            Assert.All(a, value => Assert.InRange(value, -bound, bound));
            Assert.True(a.Max() > 0.8 * bound && a.Min() < -0.8 * bound, module.Name);
            Assert.All(one.Values.CopyOfB(module), value => Assert.Equal(0f, value));
        }
    }

    // 2 layers; C 18, F 21, Q 24 + 2*12, rank 3.
    [Fact]
    public void Trained_values_are_counted_without_the_zeros_beside_the_blocks()
    {
        TransformerConfig config = TinyModels.Config("qwen2");
        int all = (18 + 24) + (18 + 12) + (18 + 12) + (24 + 18) + (2 * (18 + 21)) + (21 + 18);
        Assert.Equal(2 * 3 * all, new LoraLayout(config, TinyAdapters.Config).Count);
        var some = new LoraLayout(config, TinyAdapters.Config with { Targets = [LoraTarget.Value, LoraTarget.Down] });
        Assert.Equal(2 * 3 * ((18 + 12) + (21 + 18)), some.Count);
        Assert.Equal(
            ["model.layers.0.self_attn.v_proj", "model.layers.0.mlp.down_proj", "model.layers.1.self_attn.v_proj", "model.layers.1.mlp.down_proj"],
            some.Modules.Select(module => module.Name));
    }

    [Fact]
    public void Gradients_of_the_frozen_weights_are_refused()
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        using Transformer adapted = TinyAdapters.Make("llama", kernels), plain = TinyModels.Make("llama", kernels);
        using var whole = new ParameterSet(plain.Config);
        using var low = new LoraParameters(adapted.Adapters!.Values.Layout);
        Assert.Throws<InvalidOperationException>(() => Backward(adapted, whole));
        Assert.Throws<InvalidOperationException>(() => Backward(plain, low));
        Backward(adapted, low);
        Backward(plain, whole);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Arenas_are_what_was_foretold(bool trained)
    {
        // The largest product counts its padding, and a pass's scratch may have grown a quarter too far.
        const double ToSpare = 1.3;
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        foreach (double dropout in (double[])[0, 0.2])
        {
            LoraConfig lora = TinyAdapters.Config with { Dropout = dropout };
            using Transformer model = TinyModels.Make("qwen3", kernels);
            var adapters = new LoraAdapters(model.Config, lora, kernels) { Dropout = trained ? new LoraDropout(1, 0) : null };
            model.Adapt(adapters);
            using var low = new LoraParameters(adapters.Values.Layout);
            if (trained)
            {
                Backward(model, low);
            }
            else
            {
                LogProbs(model);
            }

            long foretold = LoraAdapters.MostBytes(adapters.Values.Layout, trained, Layout.Tokens);
            Assert.InRange(foretold, adapters.TakenBytes, (long)(ToSpare * adapters.TakenBytes));
        }
    }

    [Fact]
    public void Warm_pass_with_adapters_allocates_nothing()
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer model = TinyAdapters.Make("qwen3", kernels, TinyAdapters.Config with { Dropout = 0.1 });
        model.Adapters!.Dropout = new LoraDropout(1, 0);
        TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
        using var gradients = new LoraParameters(model.Adapters.Values.Layout);
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        float[] weights = Values.Normal(5, batch.Rows.Length);
        void Step()
        {
            model.Forward(batch.Tokens, batch.Layout, activations);
            model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, weights, gradients);
            model.Adapters.ValuesChanged();
        }

        // The least of several, for the runtime allocates on its own account at times.
        long least = long.MaxValue;
        for (int i = 0; i < 6; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    internal static float[] LogProbs(Transformer model)
    {
        TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        model.Forward(batch.Tokens, batch.Layout, activations);
        float[] logProbs = new float[batch.Rows.Length], entropies = new float[batch.Rows.Length];
        model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
        return logProbs;
    }

    private static void Backward(Transformer model, ITensorSet gradients)
    {
        TrainingBatch batch = TrainingBatch.Random(Layout, model.Config.VocabularySize);
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        model.Forward(batch.Tokens, batch.Layout, activations);
        model.Backward(
            batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, Values.Normal(5, batch.Rows.Length), gradients);
    }
}
