using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Training.Grpo;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>
/// A run is a function of its seed. Rollouts and weights have the same bits for any number of threads, decoding rows and
/// pass sizes; of a tied model under another pass size, the bits differ in the order of the tied matrix's sums alone.
/// </summary>
public class RepeatabilityTests
{
    [Theory]
    [InlineData(2, 64, 100_000, false)]
    [InlineData(1, 7, 100_000, false)]
    [InlineData(2, 1, 40, false)]
    [InlineData(1, 64, 1, false)]
    [InlineData(2, 7, 100_000, true)]
    public void Threads_rows_and_pass_sizes_change_no_bit(int threads, int rows, int microBatch, bool tied)
    {
        using var plain = new TrainerCase(TrainerCase.Options, tied: tied);
        using var other = new TrainerCase(TrainerCase.Options with { DecodingRows = rows, MicroBatchTokens = microBatch }, threads, tied);
        List<(StepMetrics Metrics, RolloutBatch Batch)> expected = plain.Run(3), actual = other.Run(3);
        for (int step = 0; step < 3; step++)
        {
            SameRollouts(expected[step].Batch, actual[step].Batch);
            Assert.Equal(expected[step].Metrics.GradNorm, actual[step].Metrics.GradNorm);
        }

        Near.Exact("weights of", plain.Policy.Parameters, other.Policy.Parameters);
    }

    [Fact]
    public void Recomputing_activations_changes_no_bit()
    {
        using var keep = new TrainerCase(TrainerCase.Options);
        using var recompute = new TrainerCase(TrainerCase.Options with { Activations = ActivationMode.Recompute });
        List<(StepMetrics Metrics, RolloutBatch Batch)> expected = keep.Run(3), actual = recompute.Run(3);
        Assert.Equal(expected.Select(step => step.Metrics.GradNorm), actual.Select(step => step.Metrics.GradNorm));
        Near.Exact("weights of", keep.Policy.Parameters, recompute.Policy.Parameters);
    }

    [Fact]
    public void Pass_size_of_a_tied_model_touches_the_tied_matrix_alone()
    {
        const string Tied = "model.embed_tokens.weight";
        using var whole = new TrainerCase(TrainerCase.Options, tied: true);
        using var parts = new TrainerCase(TrainerCase.Options with { MicroBatchTokens = 1 }, tied: true);
        SameRollouts(whole.Run(1)[0].Batch, parts.Run(1)[0].Batch);
        ITensorSet expected = whole.Trainer.Optimizer.Gradients, actual = parts.Trainer.Optimizer.Gradients;
        Near.Exact("gradient of", expected, actual, except: Tied);
        Near.Check(Tied, Near.Doubles(expected[Tied].Span), actual[Tied].Span, Tolerance.OtherOrder);
    }

    [Fact]
    public void Another_seed_gives_other_rollouts()
    {
        using var one = new TrainerCase(TrainerCase.Options);
        using var two = new TrainerCase(TrainerCase.Options with { Seed = 6 });
        RolloutBatch first = one.Run(1)[0].Batch, second = two.Run(1)[0].Batch;
        (string, int)[] Keys(RolloutBatch batch) => [.. batch.Items.Select(item => (item.Prompt.Row.Id, item.Completion.Sample))];
        int shared = Keys(first).Intersect(Keys(second)).Count(key => Tokens(first, key).SequenceEqual(Tokens(second, key)));
        Assert.NotEmpty(Keys(first).Intersect(Keys(second)));
        Assert.Equal(0, shared);
        Assert.NotEqual(one.Policy.Parameters.Embedding.Span.ToArray(), two.Policy.Parameters.Embedding.Span.ToArray());
    }

    [Fact]
    public void Completions_of_a_group_differ_also_where_a_prompt_comes_twice()
    {
        using var run = new TrainerCase(TrainerCase.Options with { PromptsPerStep = 16 });
        RolloutBatch batch = run.Run(1)[0].Batch;
        IEnumerable<string> texts = batch.Items.Where(item => item.Completion.Tokens.Length > 4).Select(
            item => string.Join(' ', item.Completion.Tokens));
        Assert.Equal(16, batch.Items.Select(item => item.Prompt).Chunk(4).Count());
        Assert.Distinct(texts);
    }

    private static int[] Tokens(RolloutBatch batch, (string Id, int Sample) key) =>
        batch.Items.Single(item => (item.Prompt.Row.Id, item.Completion.Sample) == key).Completion.Tokens;

    private static void SameRollouts(RolloutBatch expected, RolloutBatch actual)
    {
        Assert.Equal(expected.Items.Length, actual.Items.Length);
        foreach ((Rollout one, Rollout two) in expected.Items.Zip(actual.Items))
        {
            Assert.Equal(one.Prompt.Row.Id, two.Prompt.Row.Id);
            Assert.Equal(one.Completion.Tokens, two.Completion.Tokens);
            Near.Exact("log-probabilities", one.Completion.LogProbs, two.Completion.LogProbs);
            Assert.Equal(one.Advantage, two.Advantage);
        }
    }
}
