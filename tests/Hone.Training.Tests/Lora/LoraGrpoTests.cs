using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Optimization;
using Hone.Training.Planning;
using Hone.Training.Tests.Planning;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Lora;

/// <summary>GRPO on adapters: as exact and as repeatable as on the whole model, and its base is its own reference.</summary>
[Collection(nameof(ReservedMemoryTests))]
public class LoraGrpoTests
{
    private static readonly LoraConfig Lora = new() { Rank = 4, Alpha = 8 };

    private static readonly GrpoOptions WithKl = TrainerCase.Options with { Loss = new PolicyLossOptions { KlCoefficient = 0.1 } };

    [Theory]
    [InlineData(2, 64, 100_000)]
    [InlineData(1, 7, 100_000)]
    [InlineData(2, 1, 40)]
    public void Threads_rows_and_pass_sizes_change_no_bit(int threads, int rows, int microBatch)
    {
        using var plain = new TrainerCase(TrainerCase.Options, lora: Lora);
        using var other = new TrainerCase(
            TrainerCase.Options with { DecodingRows = rows, MicroBatchTokens = microBatch }, threads, lora: Lora);
        List<(StepMetrics Metrics, RolloutBatch Batch)> expected = plain.Run(3), actual = other.Run(3);
        Assert.Equal(expected.Select(step => step.Metrics.GradNorm), actual.Select(step => step.Metrics.GradNorm));
        Assert.All(actual, step => Assert.Equal(0.0, step.Metrics.RatioDeviation));
        Near.Exact("adapters", plain.Policy.Adapters!.Values, other.Policy.Adapters!.Values);
    }

    [Fact]
    public void Frozen_weights_stay_and_adapters_move()
    {
        using var run = new TrainerCase(TrainerCase.Options, lora: Lora);
        using Transformer start = TinyPolicy.Make(run.Policy.Kernels);
        float[] before = run.Policy.Adapters!.Values.All.Span.ToArray();
        run.Run(3);
        Near.Exact("frozen", start.Parameters, run.Policy.Parameters);
        Assert.NotEqual(before, run.Policy.Adapters.Values.All.Span.ToArray());
    }

    [Fact]
    public void Reference_is_the_base_without_the_adapters()
    {
        using var run = new TrainerCase(WithKl, lora: Lora);
        List<(StepMetrics Metrics, RolloutBatch Batch)> steps = run.Run(2);
        Assert.Equal(0.0, steps[0].Metrics.Kl);
        Assert.True(steps[1].Metrics.Kl > 0);
        float[] recorded = [.. steps[1].Batch.Items.SelectMany(rollout => rollout.ReferenceLogProbs!)];
        using Transformer start = TinyPolicy.Make(run.Policy.Kernels);
        Near.Exact("reference", Passes.LogProbs(start, steps[1].Batch.Groups), recorded);
        Assert.True(run.Policy.AdaptersOn);
    }

    [Theory]
    [InlineData(ActivationMode.Keep)]
    [InlineData(ActivationMode.Recompute)]
    public void Run_with_a_reference_reserves_no_second_model_and_what_the_plan_says(ActivationMode mode)
    {
        // As for whole models; the small scratch of adapters may have grown less far than it could.
        const double MostToSpare = 0.07;
        GrpoOptions options = WithKl with { PromptsPerStep = 8, GroupSize = 32, Activations = mode, MicroBatchTokens = 1500 };
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Arena.ForgetMost();
        long before = Arena.ReservedBytes;
        using var run = new TrainerCase(options, threads: 2, lora: Lora);
        run.Run(options.Steps);
        long most = Arena.MostReservedBytes - before;
        MemoryNeeds needs = MemoryNeeds.Of(
            run.Policy.Config, options, TrainerCase.Prompts.Max(prompt => prompt.Tokens.Length), threads: 2, Lora);
        MemoryPlan plan = MemoryPlan.For(needs, mode);
        Assert.Equal(0, plan["reference model"]);
        long adapters = 4 * Arena.RoundUp(run.Policy.Adapters!.Values.Layout.Length);
        Assert.Equal((adapters, 2 * adapters), (plan["gradients"], plan["optimizer"]));
        Assert.True(
            plan.Total >= most && plan.Total <= most * (1 + MostToSpare), $"planned {plan.Total:N0} bytes, reserved {most:N0}");
    }

    [Fact]
    public void Dropout_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainerCase(TrainerCase.Options, lora: Lora with { Dropout = 0.1 }));
        Assert.Contains("ratios are not exact", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mean_reward_rises_clearly_in_thirty_steps()
    {
        // A tenth of all bytes are letters; the frozen random head lets no token become likely. Measured 0.08 and 0.20.
        const double Random = 0.1, Learnt = 0.16;
        GrpoOptions options = TrainerCase.Options with
        {
            Steps = 30,
            PromptsPerStep = 8,
            GroupSize = 8,
            Optimizer = new OptimizerOptions { LearningRate = 0.05 },
        };
        using var run = new TrainerCase(options, lora: Lora);
        double[] rewards = [.. run.Run(30).Select(record => record.Metrics.Reward)];
        string line = string.Join(' ', rewards.Select(reward => $"{reward:f2}"));
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(rewards[..3].Average() < Random, line);
        Assert.True(rewards[^3..].Average() > Learnt, line);
    }
}
