using System.Text.Json.Nodes;
using Hone.Engine.Model;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Optimization;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>Runs whose numbers go wrong: what is left out, what is saved, and that a run that goes on ends as a straight one.</summary>
public sealed class GuardedRunTests : IDisposable
{
    private static readonly GuardOptions Skip = new() { NonFinite = FaultResponse.Skip };

    // The reference is the policy until its first update; then the divergence times this overflows the gradient, not the loss.
    private static readonly PolicyLossOptions Overflowing = new() { KlCoefficient = 1e300 };

    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_poisoned_weight_is_found_in_what_it_samples_and_is_not_saved(float poison)
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 6 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        UpdateFault fault = Train(run, folder, options, saveEvery: 2, step =>
        {
            if (step.Step == 3)
            {
                run.Policy.Parameters.Embedding.Span.Fill(poison);
                run.Policy.WeightsChanged();
            }
        })!;
        Assert.StartsWith("a sampled log-probability is NaN (prompt p", fault.Reason, StringComparison.Ordinal);
        Assert.Equal((4, true, false), (fault.Step, fault.Stops, fault.WeightsAreGood));
        Assert.Equal([2], Steps(folder));
        Assert.Equal(3, TempLines(folder).Length);
        Assert.False(File.Exists(folder.RolloutFile(4)));

        JsonObject dump = JsonNode.Parse(File.ReadAllText(folder.FaultFile(4)))!.AsObject();
        Assert.Equal(["reason", "step", "loss", "grad_norm", "recent_grad_norms", "completions"], dump.Select(field => field.Key));
        Assert.Equal((fault.Reason, 4, "NaN", "NaN"), ((string)dump["reason"]!, (int)dump["step"]!, (string)dump["loss"]!, (string)dump["grad_norm"]!));
        Assert.Equal(3, dump["recent_grad_norms"]!.AsArray().Count);
        JsonArray completions = dump["completions"]!.AsArray();
        Assert.Equal(16, completions.Count);
        foreach ((JsonNode? line, Rollout rollout) in completions.Zip(fault.Batch.Items))
        {
            Assert.Equal((rollout.Prompt.Row.Id, rollout.Completion.Sample), ((string)line!["prompt_id"]!, (int)line["sample"]!));
            Assert.Equal(rollout.Prompt.Tokens, line["prompt_tokens"]!.AsArray().Select(token => (int)token!));
            Assert.Equal(rollout.Completion.Tokens, line["completion_tokens"]!.AsArray().Select(token => (int)token!));
            Assert.Equal(rollout.Completion.LogProbs.Length, line["logprobs"]!.AsArray().Count(value => (string)value! == "NaN"));
            Assert.Null(line["reference_logprobs"]);
            Assert.Equal((rollout.Advantage, rollout.Verdict.Total), ((double)line["advantage"]!, (double)line["reward"]!));
        }
    }

    [Fact]
    public void A_bad_reference_stops_the_run_before_the_update_and_the_state_is_saved()
    {
        GrpoOptions options = WithReference(new GuardOptions());
        using var run = new TrainerCase(options, reference: true);
        using var straight = new TrainerCase(options, reference: true);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        UpdateFault fault = Train(run, folder, options, saveEvery: 100, step => PoisonReference(run, step, after: 2))!;
        Assert.StartsWith("a reference log-probability is NaN", fault.Reason, StringComparison.Ordinal);
        Assert.Equal((3, true, true), (fault.Step, fault.Stops, fault.WeightsAreGood));
        Assert.Equal([2], Steps(folder));
        straight.Run(2);
        using Transformer saved = ModelFile.Load(folder.CheckpointFolder(2), run.Policy.Kernels);
        Near.Exact("weights", straight.Policy.Parameters, saved.Parameters);
        JsonNode first = JsonNode.Parse(File.ReadAllText(folder.FaultFile(3)))!["completions"]![0]!;
        Assert.Equal(fault.Batch.Items[0].Completion.LogProbs, first["logprobs"]!.AsArray().Select(value => (float)value!));
        Assert.Contains(first["reference_logprobs"]!.AsArray(), value => (string)value! == "NaN");
    }

    [Fact]
    public void Updates_left_out_change_nothing_but_the_step_and_ten_in_a_row_end_the_run()
    {
        GrpoOptions options = WithReference(Skip) with { Steps = 30 };
        using var run = new TrainerCase(options, reference: true);
        using var straight = new TrainerCase(options, reference: true);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        UpdateFault fault = Train(run, folder, options, saveEvery: 5, step => PoisonReference(run, step, after: 2))!;
        Assert.Equal((12, false), (fault.Step, fault.Stops));
        Assert.Equal([5, 10, 12], Steps(folder));
        straight.Run(2);
        Near.Exact("weights", straight.Policy.Parameters, run.Policy.Parameters);
        Near.Exact("first moment", straight.Trainer.Optimizer.FirstMoment, run.Trainer.Optimizer.FirstMoment);
        Near.Exact("second moment", straight.Trainer.Optimizer.SecondMoment, run.Trainer.Optimizer.SecondMoment);
        Assert.Equal(
            [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], TempLines(folder).Select(line => (int)line["updates_skipped"]!));
        Assert.All(TempLines(folder)[2..], line => Assert.True(line["loss"] is null && line["grad_norm"] is null));
        Assert.Equal(10, Directory.GetFiles(folder.FaultsFolder).Length);
        Assert.Equal(10, _warnings.Count);
        Assert.StartsWith("step 3: the update was left out, for a reference log-probability is NaN", _warnings[0], StringComparison.Ordinal);

        // Prompt order goes on: the rollouts of twelve steps are there, all of the step's own batch.
        Assert.Equal(12, Directory.GetFiles(folder.RolloutsFolder).Length);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public void A_gradient_that_overflows_is_found_and_between_the_updates_of_a_batch_nothing_is_saved(int updatesPerBatch, int checkpoints)
    {
        GrpoOptions options = TrainerCase.Options with { Loss = Overflowing, UpdatesPerBatch = updatesPerBatch, Steps = 4 };
        using var run = new TrainerCase(options, reference: true);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        UpdateFault fault = Train(run, folder, options, saveEvery: 100, _ => { })!;
        Assert.Equal((2, "the gradient norm is NaN", true), (fault.Step, fault.Reason, fault.WeightsAreGood));
        Assert.True(double.IsFinite(fault.Loss));
        Assert.True(run.Trainer.Optimizer.WeightsAreFinite);
        Assert.Equal(1, run.Trainer.Optimizer.Step);
        Assert.Equal(checkpoints, Steps(folder).Length);
        Assert.Single(TempLines(folder));
    }

    [Fact]
    public void A_learning_rate_that_overflows_the_weights_is_found_at_once()
    {
        GrpoOptions options = TrainerCase.Options with { Optimizer = new OptimizerOptions { LearningRate = 1e39 }, Guard = Skip };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        UpdateFault fault = Train(run, folder, options, saveEvery: 1, _ => { })!;
        Assert.Equal((1, true, false), (fault.Step, fault.Stops, fault.WeightsAreGood));
        Assert.Equal("the update made a weight that is not a finite number", fault.Reason);
        Assert.Empty(Steps(folder));
    }

    // Spikes at 12 and 14: the second is one by the norms of the checkpoint between them alone.
    [Fact]
    public void A_run_that_goes_on_after_a_spike_ends_with_the_bits_of_a_straight_one()
    {
        GrpoOptions options = TrainerCase.Options with
        {
            Steps = 15,
            ScaleAdvantages = false,
            Guard = new GuardOptions { Spike = 20 },
        };
        RunFolder straight = RunFolder.Create(_folder["straight"]), broken = RunFolder.Create(_folder["broken"]);
        using (var run = new TrainerCase(options, reward: new JumpingReward(0)))
        {
            Assert.Null(Train(run, straight, options, saveEvery: 13, _ => { }));
        }

        Assert.Equal(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2], TempLines(straight).Select(line => (int)line["updates_skipped"]!));
        using (var run = new TrainerCase(options with { Steps = 13 }, reward: new JumpingReward(0)))
        {
            Train(run, broken, options with { Steps = 13 }, saveEvery: 13, _ => { });
        }

        string start = broken.CheckpointFolder(13);
        using (var run = new TrainerCase(options, reward: new JumpingReward(13), load: kernels => ModelFile.Load(start, kernels)))
        {
            TrainingCheckpoint.Restore(start, run.Trainer.Optimizer, run.Trainer.Guard);
            Train(run, broken, options, saveEvery: 13, _ => { });
        }

        foreach (string file in Directory.GetFiles(straight.CheckpointFolder(15), "*", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(straight.FaultsFolder)).Concat(Directory.GetFiles(straight.RolloutsFolder)))
        {
            string other = Path.Combine(broken.Path, Path.GetRelativePath(straight.Path, file));
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(other)), file);
        }

        Assert.Equal(2, Directory.GetFiles(straight.FaultsFolder).Length);
    }

    [Fact]
    public void A_checkpoint_from_before_there_was_a_guard_is_resumed_and_a_damaged_state_is_not()
    {
        using var run = new TrainerCase(TrainerCase.Options);
        run.Run(2);
        TrainingCheckpoint.Save(_folder["old"], run.Policy, TinyPolicy.Tokenizer, run.Trainer.Optimizer);
        Assert.DoesNotContain("guard", File.ReadAllText(_folder["old/trainer/state.json"]), StringComparison.Ordinal);
        TrainingCheckpoint.Restore(_folder["old"], run.Trainer.Optimizer, run.Trainer.Guard);
        Assert.Equal(2, run.Trainer.Guard.State.Norms.Count);
        File.WriteAllText(_folder["old/trainer/state.json"], """{"step":2,"guard":{"skipped":-1}}""");
        var error = Assert.Throws<InvalidDataException>(
            () => TrainingCheckpoint.Restore(_folder["old"], run.Trainer.Optimizer, run.Trainer.Guard));
        Assert.Contains("'guard' is not what a run writes", error.Message, StringComparison.Ordinal);
    }

    private static GrpoOptions WithReference(GuardOptions guard) => TrainerCase.Options with
    {
        Steps = 6,
        Loss = new PolicyLossOptions { KlCoefficient = 0.1 },
        Guard = guard,
    };

    private static void PoisonReference(TrainerCase run, StepMetrics step, int after)
    {
        if (step.Step == after)
        {
            run.Reference!.Fill(_ => (_, values) => values.Fill(float.NaN), _ => { });
        }
    }

    private UpdateFault? Train(TrainerCase run, RunFolder folder, GrpoOptions options, int saveEvery, Action<StepMetrics> shown) =>
        new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, options) { SaveEvery = saveEvery }
            .Train(shown, _warnings.Add, TestContext.Current.CancellationToken);

    private static int[] Steps(RunFolder folder) => [.. folder.Checkpoints.Select(checkpoint => checkpoint.Step)];

    private static JsonObject[] TempLines(RunFolder folder) =>
        [.. File.ReadLines(folder.MetricsFile).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>The letters' reward, a thousand times as large in steps 12 and 14 of 16 completions each.</summary>
    private sealed class JumpingReward(int stepsBefore) : IReward
    {
        private readonly LetterReward _letters = new();
        private int _judged = stepsBefore * 16;

        public string Name => "jumping";

        public double Score(in RewardInput input) => _letters.Score(input) * ((_judged++ / 16) + 1 is 12 or 14 ? 1000 : 1);
    }
}
