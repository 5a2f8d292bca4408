using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Batches;
using Hone.Training.Optimization;
using Hone.Training.Supervised;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Lora;

public sealed class LoraSftTests : IDisposable
{
    private static readonly LoraConfig Lora = new() { Rank = 4, Alpha = 8 };

    private static readonly TokenGroup[] Rows =
    [
        .. new (string Prompt, string Completion)[] { ("2+3=", "5"), ("4*4=", "16"), ("9-2=", "seven"), ("Why?", "because.") }.Select(
            row => TextTokens.Pair(TinyPolicy.Tokenizer, row.Prompt, row.Completion, TinyPolicy.EndToken)),
    ];

    private readonly Kernels _kernels = Kernels.OnCpu(1);

    public void Dispose() => _kernels.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Loss_falls_on_one_memorised_batch_with_the_base_frozen(double dropout)
    {
        // With the tiny head frozen at random, logits stay within about 3 of each other: nats from 5 to no less than 2.5.
        const double Start = 4, Learnt = 3;
        using Transformer model = Make(dropout), start = TinyPolicy.Make(_kernels);
        SftStep[] steps = Train(model, 120, 100_000);
        Assert.True(steps[0].Loss > Start, $"{steps[0].Loss}");
        Assert.True(-Passes.LogProbs(model, Rows).Average() < Learnt, $"{steps[^1].Loss}");
        Near.Exact("frozen", start.Parameters, model.Parameters);
    }

    // Masks go by the rows of the update, not of the pass.
    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Passes_of_any_size_and_recomputed_ones_give_the_same_adapters(double dropout)
    {
        using Transformer whole = Make(dropout), parts = Make(dropout), recomputed = Make(dropout);
        SftStep[] one = Train(whole, 3, 100_000), many = Train(parts, 3, 1), again = Train(recomputed, 3, 20, ActivationMode.Recompute);
        Assert.Equal(one.Select(step => step.GradNorm), many.Select(step => step.GradNorm));
        Assert.Equal(one.Select(step => step.GradNorm), again.Select(step => step.GradNorm));
        Near.Exact("adapters", whole.Adapters!.Values, parts.Adapters!.Values);
        Near.Exact("adapters", whole.Adapters!.Values, recomputed.Adapters!.Values);
    }

    [Fact]
    public void Dropout_is_on_in_training_alone()
    {
        using Transformer plain = Make(0), dropping = Make(0.5);
        SftStep[] one = Train(plain, 2, 100_000), other = Train(dropping, 2, 100_000);
        Assert.NotEqual(one[1].Loss, other[1].Loss);
        Assert.Null(dropping.Adapters!.Dropout);
        float[] values = dropping.Adapters.Values.All.Span.ToArray();
        using Transformer same = Make(0);
        values.CopyTo(same.Adapters!.Values.All.Span);
        same.Adapters.ValuesChanged();
        Near.Exact("log-probabilities", Passes.LogProbs(same, Rows), Passes.LogProbs(dropping, Rows));
    }

    private Transformer Make(double dropout)
    {
        Transformer model = TinyPolicy.Make(_kernels);
        var adapters = new LoraAdapters(model.Config, Lora with { Dropout = dropout }, _kernels);
        model.Adapt(adapters);
        LoraInitialization.Randomize(adapters, 2);
        return model;
    }

    private static SftStep[] Train(Transformer model, int steps, int microBatch, ActivationMode mode = ActivationMode.Keep)
    {
        var options = new SftOptions
        {
            Steps = steps, BatchSize = 4, MicroBatchTokens = microBatch, Activations = mode,
            Optimizer = new OptimizerOptions { LearningRate = 0.02, Schedule = LearningRateSchedule.Cosine, LowestShare = 0.1 },
        };
        using var trainer = new SftTrainer(model, Rows, options);
        return [.. Enumerable.Range(0, steps).Select(_ => trainer.Step())];
    }
}
