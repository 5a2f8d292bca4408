using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Optimization;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

public class GrpoTrainerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(64, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 2)]
    [InlineData(64, 2)]
    public void First_ratio_on_a_batch_is_exactly_one_and_the_second_is_not(int rows, int threads)
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 4, UpdatesPerBatch = 2, DecodingRows = rows, MicroBatchTokens = 70 };
        using var run = new TrainerCase(options, threads);
        StepMetrics[] steps = [.. run.Run(4).Select(record => record.Metrics)];
        Assert.Equal([1, 2, 3, 4], steps.Select(step => step.Step));
        Assert.Equal([0.0, 0.0], [steps[0].RatioDeviation, steps[2].RatioDeviation]);
        Assert.All([steps[1], steps[3]], step => Assert.True(step.RatioDeviation > 0));
        Assert.Equal([0.0, 0.0], [steps[1].SecondsSampling, steps[3].SecondsSampling]);
    }

    [Fact]
    public void Batch_serves_its_updates_and_the_next_one_is_another()
    {
        using var run = new TrainerCase(TrainerCase.Options with { Steps = 3, UpdatesPerBatch = 2 });
        RolloutBatch[] batches = [.. run.Run(3).Select(record => record.Batch)];
        Assert.Same(batches[0], batches[1]);
        Assert.Equal([1, 1, 3], batches.Select(batch => batch.Step));
        string[] Ids(RolloutBatch batch) => [.. batch.Items.Select(rollout => rollout.Prompt.Row.Id).Distinct()];
        Assert.Equal(8, Ids(batches[0]).Concat(Ids(batches[2])).Distinct().Count());
    }

    [Fact]
    public void Metrics_are_those_of_the_batch()
    {
        using var run = new TrainerCase(TrainerCase.Options);
        (StepMetrics metrics, RolloutBatch batch) = run.Run(1)[0];
        int[] lengths = [.. batch.Items.Select(rollout => rollout.Completion.Tokens.Length)];
        Assert.Equal(16, batch.Items.Length);
        Assert.Equal(lengths.Sum(), metrics.Tokens);
        Assert.Equal(lengths.Average(), metrics.Length, Tolerance.Rounding);
        Assert.Equal(batch.Items.Average(rollout => rollout.Verdict.Total), metrics.Reward, Tolerance.Rounding);
        Assert.Equal(batch.Items.Count(rollout => rollout.Completion.Truncated) / 16.0, metrics.Truncated);
        double[] means = [.. batch.Items.Select(rollout => rollout.Completion.LogProbs.Average(value => (double)value))];
        Assert.Equal(means.Average(), metrics.MeanLogprob, Tolerance.Rounding);
        double entropy = batch.Items.SelectMany(rollout => rollout.Completion.Entropies).Average(value => (double)value);
        Assert.Equal(entropy, metrics.Entropy, Tolerance.Rounding);

        // At ratio 1 the loss is minus the mean over tokens of the advantages.
        double loss = -batch.Items.Sum(rollout => rollout.Advantage * rollout.Completion.Tokens.Length) / lengths.Sum();
        Assert.Equal(loss, metrics.Loss, Tolerance.Rounding);
        Assert.True(double.IsNaN(metrics.Kl));
        Assert.DoesNotContain("kl", metrics.Values.Select(value => value.Key));
    }

    [Fact]
    public void Groups_without_variance_are_skipped_and_change_no_gradient()
    {
        using var run = new TrainerCase(TrainerCase.Options, reward: new FirstPromptsReward());
        (StepMetrics metrics, RolloutBatch batch) = run.Run(1)[0];
        double[] advantages = [.. batch.Items.Select(rollout => rollout.Advantage)];
        Assert.Equal(0.5, metrics.ZeroVariance);
        Assert.Equal(8, advantages.Count(advantage => advantage == 0));

        using Kernels kernels = Kernels.OnCpu(1);
        using Transformer start = TinyPolicy.Make(kernels);
        using var all = new ParameterSet(start.Config);
        double loss = Passes.Loss(
            start,
            new LossCase(
                batch.Groups, [.. batch.Items.SelectMany(rollout => rollout.Completion.LogProbs)], [], advantages,
                new PolicyLossOptions()),
            all);
        Assert.Equal(loss, metrics.Loss, Tolerance.Rounding);
        Assert.True(metrics.GradNorm > 0);
        Near.Exact("gradient of", all, run.Trainer.Optimizer.Gradients);
    }

    [Fact]
    public void Tokens_beyond_the_tokenizers_are_never_drawn()
    {
        // Of 300 rows, all about as likely, the tokenizer knows 257.
        using var run = new TrainerCase(TrainerCase.Options, load: kernels =>
        {
            var model = new Transformer(TinyPolicy.Config() with { VocabularySize = 300 }, kernels);
            ModelInitialization.Randomize(model, 1);
            return model;
        });
        RolloutBatch batch = run.Run(1)[0].Batch;
        Assert.All(batch.Items.SelectMany(rollout => rollout.Completion.Tokens), token => Assert.InRange(token, 0, 256));
    }

    [Fact]
    public void Mean_reward_rises_clearly_in_thirty_steps()
    {
        const double Random = 0.2, Learnt = 0.6;
        GrpoOptions options = TrainerCase.Options with
        {
            Steps = 30,
            PromptsPerStep = 8,
            GroupSize = 8,
            Optimizer = new OptimizerOptions { LearningRate = 0.02 },
        };
        using var run = new TrainerCase(options);
        double[] rewards = [.. run.Run(30).Select(record => record.Metrics.Reward)];
        string line = string.Join(' ', rewards.Select(reward => $"{reward:f2}"));
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(rewards[..3].Average() < Random, line);
        Assert.True(rewards[^3..].Average() > Learnt, line);
    }

    /// <summary>Letters count for half of the prompts; the others earn the same whatever is written.</summary>
    private sealed class FirstPromptsReward : IReward
    {
        public string Name => "first";

        // With the seed of the options two of the first step's four prompts have an even length.
        public double Score(in RewardInput input) => input.Prompt.Length % 2 == 0 ? 0.3 : input.Completion.Sum(unit => (double)unit);
    }
}
