using Hone.Engine.Model;
using Hone.Records.RunFolders;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Optimization;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>KL to a frozen reference, which here is the policy as it was at the start.</summary>
public class ReferenceTests
{
    private static readonly GrpoOptions Options = TrainerCase.Options with
    {
        Steps = 2,
        MicroBatchTokens = 60,
        Loss = new PolicyLossOptions { KlCoefficient = 0.1 },
    };

    [Fact]
    public void Divergence_is_exactly_zero_until_the_policy_moves()
    {
        using var run = new TrainerCase(Options, reference: true);
        List<(StepMetrics Metrics, RolloutBatch Batch)> steps = run.Run(2);
        Assert.Equal(0.0, steps[0].Metrics.Kl);
        Assert.True(steps[1].Metrics.Kl > 0);
        Assert.Contains("kl", steps[1].Metrics.Values.Select(value => value.Key));
    }

    [Fact]
    public void Recorded_reference_mean_equals_the_own_mean_until_the_policy_moves()
    {
        using var run = new TrainerCase(Options, reference: true);
        List<(StepMetrics Metrics, RolloutBatch Batch)> steps = run.Run(2);
        Assert.All(RolloutLines.Of(steps[0].Batch, 1, withText: true, withTokens: true), line => Assert.Equal(line.MeanLogprob, line.RefMeanLogprob));
        Assert.All(RolloutLines.Of(steps[1].Batch, 1, withText: true, withTokens: true), line => Assert.NotEqual(line.MeanLogprob, line.RefMeanLogprob));
    }

    [Fact]
    public void Recorded_reference_is_the_frozen_model_on_the_same_tokens()
    {
        using var run = new TrainerCase(Options, reference: true);
        RolloutBatch batch = run.Run(2)[1].Batch;
        float[] recorded = [.. batch.Items.SelectMany(rollout => rollout.ReferenceLogProbs!)];
        Near.Exact("reference", Passes.LogProbs(run.Reference!, batch.Groups), recorded);
        using Transformer start = TinyPolicy.Make(run.Policy.Kernels);
        Near.Exact("frozen", Passes.LogProbs(start, batch.Groups), recorded);
    }

    [Fact]
    public void Groups_without_variance_are_pulled_to_the_reference_too()
    {
        // Rewards that are all equal: with decay switched on, the policy leaves the reference, and only the KL term pulls.
        GrpoOptions options = Options with { Optimizer = new OptimizerOptions { LearningRate = 0.1, WeightDecay = 0.5 } };
        using var run = new TrainerCase(options, reference: true, reward: new FormatReward());
        List<(StepMetrics Metrics, RolloutBatch Batch)> steps = run.Run(2);
        Assert.Equal([1.0, 1.0], steps.Select(step => step.Metrics.ZeroVariance));
        Assert.Equal(0.0, steps[0].Metrics.GradNorm);
        Assert.True(steps[1].Metrics.GradNorm > 0);
    }

    [Fact]
    public void Coefficient_without_a_reference_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TrainerCase(Options));
    }

    [Fact]
    public void Lines_hold_what_was_sampled()
    {
        using var run = new TrainerCase(TrainerCase.Options with { Steps = 2 });
        RolloutBatch batch = run.Run(2)[1].Batch;
        RolloutLine[] lines = [.. RolloutLines.Of(batch, 0.9, withText: true, withTokens: true)];
        foreach ((Rollout rollout, RolloutLine line) in batch.Items.Zip(lines))
        {
            float[] logProbs = rollout.Completion.LogProbs;
            Assert.Equal((2, 1, 0.9), (line.Step, line.PolicyStep, line.Temperature));
            Assert.Equal((rollout.Prompt.Row.Id, rollout.Prompt.Row.Prompt, rollout.Text), (line.PromptId, line.Prompt, line.Completion));
            Assert.Equal((logProbs.Length, rollout.Verdict.Total, rollout.Advantage), (line.Tokens, line.Reward, line.Advantage));
            Assert.Equal(logProbs.Sum(value => (double)value), line.SumLogprob, Tolerance.Rounding);
            Assert.Equal(line.SumLogprob / line.Tokens, line.MeanLogprob, Tolerance.Rounding);
            Assert.Equal(logProbs.Min(), line.MinLogprob);
            Assert.Equal(logProbs.Order().Take(Math.Max(1, logProbs.Length / 10)).Average(value => (double)value), line.TailLogprob);
            Assert.Equal(rollout.Completion.SelfCertainty, line.SelfCertainty);
            Assert.Equal(rollout.Completion.Tokens, line.TokenIds);
            Assert.Equal(logProbs.Select(value => Math.Round((double)value, 4)), line.TokenLogprobs);
            Assert.Null(line.RefMeanLogprob);
        }

        Assert.Equal(Enumerable.Repeat(new[] { 0, 1, 2, 3 }, 4).SelectMany(samples => samples), lines.Select(line => line.Sample));
        Assert.All(RolloutLines.Of(batch, 1, withText: false, withTokens: true), line =>
            Assert.True(line.Completion is null && line.TokenIds is null && line.TokenLogprobs!.Count == line.Tokens));
        Assert.All(RolloutLines.Of(batch, 1, withText: true, withTokens: false), line =>
            Assert.True(line.Completion is not null && line.TokenIds is null && line.TokenLogprobs is null));
    }
}
