using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Optimization;
using Hone.Training.Supervised;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Supervised;

public sealed class SftTrainerTests : IDisposable
{
    private static readonly TokenGroup[] Rows =
    [
        .. new (string Prompt, string Completion)[] { ("2+3=", "5"), ("4*4=", "16"), ("9-2=", "seven"), ("Why?", "because.") }.Select(
            row => TextTokens.Pair(TinyPolicy.Tokenizer, row.Prompt, row.Completion, TinyPolicy.EndToken)),
    ];

    private readonly Kernels _kernels = Kernels.OnCpu(1);

    public void Dispose() => _kernels.Dispose();

    [Fact]
    public void Loss_falls_to_almost_nothing_on_one_memorised_batch()
    {
        const double Learnt = 0.02, Start = 4;
        using Transformer model = TinyPolicy.Make(_kernels);
        SftStep[] steps = Train(model, 120, 100_000);
        Assert.True(steps[0].Loss > Start, $"{steps[0].Loss}");
        Assert.True(steps[^1].Loss < Learnt, $"{steps[^1].Loss}");
    }

    [Fact]
    public void Loss_is_the_mean_over_completion_tokens_alone()
    {
        using Transformer model = TinyPolicy.Make(_kernels);
        double expected = -Passes.LogProbs(model, Rows).Average(value => (double)value);
        SftStep step = Train(model, 1, 100_000)[0];
        Assert.Equal(expected, step.Loss, Tolerance.Rounding);
        Assert.Equal((1, 2 + 3 + 6 + 9), (step.Step, step.Tokens));
    }

    // The head and the embedding of an untied model add up token by token in the same order whatever the passes.
    [Fact]
    public void Passes_of_any_size_give_the_same_weights()
    {
        using Transformer whole = TinyPolicy.Make(_kernels), parts = TinyPolicy.Make(_kernels);
        SftStep[] one = Train(whole, 3, 100_000), many = Train(parts, 3, 1);
        Near.Exact("weights", whole.Parameters, parts.Parameters);
        Assert.Equal(one.Select(step => step.GradNorm), many.Select(step => step.GradNorm));
    }

    [Fact]
    public void Seed_decides_the_order_of_rows()
    {
        using Transformer a = TinyPolicy.Make(_kernels), b = TinyPolicy.Make(_kernels), c = TinyPolicy.Make(_kernels);
        double[] Losses(Transformer model, long seed) => [.. Train(model, 4, 100, batch: 1, seed).Select(step => step.Loss)];
        double[] first = Losses(a, 1);
        Assert.Equal(first, Losses(b, 1));
        Assert.NotEqual(first, Losses(c, 2));
    }

    private static SftStep[] Train(Transformer model, int steps, int microBatch, int batch = 4, long seed = 1)
    {
        var options = new SftOptions
        {
            Steps = steps, BatchSize = batch, MicroBatchTokens = microBatch, Seed = seed,
            Optimizer = new OptimizerOptions { LearningRate = 0.02, Schedule = LearningRateSchedule.Cosine, LowestShare = 0.1 },
        };
        using var trainer = new SftTrainer(model, Rows, options);
        return [.. Enumerable.Range(0, steps).Select(_ => trainer.Step())];
    }
}
