using System.Text.Json;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

public sealed class GrpoRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_holds_every_step_and_a_checkpoint_every_few()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 5 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        var shown = new List<StepMetrics>();
        Train(run, folder, options, saveEvery: 2, shown.Add);
        Assert.Equal([2, 4, 5], folder.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal([1, 2, 3, 4, 5], shown.Select(step => step.Step));
        JsonElement[] metrics = Lines(folder);
        Assert.Equal([1, 2, 3, 4, 5], metrics.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(shown.Select(step => step.Reward), metrics.Select(line => line.GetProperty("reward").GetDouble()));
        for (int step = 1; step <= 5; step++)
        {
            RolloutLine[] lines = [.. RolloutFile.Read(folder.RolloutFile(step))];
            Assert.Equal(16, lines.Length);
            Assert.All(lines, line => Assert.Equal((step, step - 1), (line.Step, line.PolicyStep)));
            Assert.Equal(shown[step - 1].Reward, lines.Average(line => line.Reward), Tolerance.Rounding);
        }
    }

    [Fact]
    public void Checkpoint_is_the_policy_after_its_step()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 3 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        Train(run, folder, options, saveEvery: 1, _ => { });
        using var straight = new TrainerCase(options);
        foreach (int step in new[] { 1, 2, 3 })
        {
            straight.Run(step);
            using Transformer saved = ModelFile.Load(folder.CheckpointFolder(step), straight.Policy.Kernels);
            Near.Exact($"step {step}", straight.Policy.Parameters, saved.Parameters);
        }
    }

    [Fact]
    public void Batch_of_several_updates_is_recorded_and_saved_whole()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 6, UpdatesPerBatch = 2 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        Train(run, folder, options, saveEvery: 1, _ => { });
        Assert.Equal([2, 4, 6], folder.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal(
            [folder.RolloutFile(1), folder.RolloutFile(3), folder.RolloutFile(5)], Directory.GetFiles(folder.RolloutsFolder).Order());
        Assert.Equal(6, Lines(folder).Length);
    }

    [Fact]
    public void Cancelled_run_saves_and_goes_on_to_the_same_end()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 4 };
        RunFolder straight = RunFolder.Create(_folder["straight"]), broken = RunFolder.Create(_folder["broken"]);
        using (var run = new TrainerCase(options))
        {
            Train(run, straight, options, saveEvery: 10, _ => { });
        }

        using (var run = new TrainerCase(options))
        using (var cancel = new CancellationTokenSource())
        {
            Train(run, broken, options, saveEvery: 10, step => Cancel(step, cancel), cancel.Token);
        }

        Assert.Equal([2], broken.Checkpoints.Select(checkpoint => checkpoint.Step));
        using (var run = new TrainerCase(options, load: kernels => ModelFile.Load(broken.CheckpointFolder(2), kernels)))
        {
            TrainingCheckpoint.Restore(broken.CheckpointFolder(2), run.Trainer.Optimizer);
            Train(run, broken, options, saveEvery: 10, _ => { });
        }

        Assert.Equal([2, 4], broken.Checkpoints.Select(checkpoint => checkpoint.Step));
        string weights = Path.Combine("checkpoints", "step-000004", "model.safetensors");
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(straight.Path, weights)), File.ReadAllBytes(Path.Combine(broken.Path, weights)));
        Assert.Equal(File.ReadAllBytes(straight.RolloutFile(4)), File.ReadAllBytes(broken.RolloutFile(4)));
        double[] Losses(RunFolder folder) => [.. Lines(folder).Select(line => line.GetProperty("loss").GetDouble())];
        Assert.Equal(Losses(straight), Losses(broken));
    }

    [Fact]
    public void Problems_name_every_bad_setting()
    {
        Assert.Empty(TrainerCase.Options.Problems());
        var bad = new GrpoOptions
        {
            Steps = 0, GroupSize = 1, DecodingRows = 0, Sampling = new SamplingRule { Temperature = 0, TopP = 0 },
            Loss = new() { ClipLow = 2 },
        };
        string[] starts =
        [
            "steps is 0", "group_size is 1", "decoding_rows is 0", "sampling.top_p is 0", "sampling.temperature is 0",
            "loss: ClipLow is 2",
        ];
        Assert.Equal(starts, bad.Problems().Select((problem, i) => problem[..Math.Min(problem.Length, starts[i].Length)]));
    }

    private static void Cancel(StepMetrics step, CancellationTokenSource source)
    {
        if (step.Step == 2)
        {
            source.Cancel();
        }
    }

    private static void Train(
        TrainerCase run, RunFolder folder, GrpoOptions options, int saveEvery, Action<StepMetrics> shown,
        CancellationToken? cancel = null)
    {
        var training = new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, options) { SaveEvery = saveEvery };
        training.Train(shown, Assert.Fail, cancel ?? TestContext.Current.CancellationToken);
    }

    private static JsonElement[] Lines(RunFolder folder) =>
        [.. File.ReadLines(folder.MetricsFile).Select(line => JsonDocument.Parse(line).RootElement)];
}
