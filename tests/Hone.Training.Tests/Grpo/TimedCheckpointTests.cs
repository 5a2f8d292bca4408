using Hone.Engine.Model;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Ranking;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>Checkpoints that are written because so many minutes are over.</summary>
public sealed class TimedCheckpointTests : IDisposable
{
    private static readonly GrpoOptions Options = TrainerCase.Options with { Steps = 9 };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Two minutes a step, so that the first step to complete five ends six after the last checkpoint; due are 5 and 9.
    [Fact]
    public void The_first_step_that_completes_the_minutes_is_saved_and_the_next_due_takes_its_place()
    {
        RunFolder folder = RunFolder.Create(_folder["run"]);
        var clock = new Clock();
        Dictionary<int, int[]> after = [];
        Train(folder, Options, saveEvery: 5, minutes: 5, clock, step =>
        {
            after[step] = Steps(folder);
            clock.Minutes += 2;
        });
        Assert.Equal([[], [], [], [4], [5], [5], [5], [5, 8], [5, 9]], Enumerable.Range(1, 9).Select(step => after[step]));
    }

    [Fact]
    public void Between_two_that_are_due_the_newest_two_stay()
    {
        RunFolder folder = RunFolder.Create(_folder["run"]);
        var clock = new Clock();
        List<int[]> after = [];
        Train(folder, Options, saveEvery: 100, minutes: 1, clock, _ =>
        {
            after.Add(Steps(folder));
            clock.Minutes += 1;
        });
        Assert.Equal([[], [2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8], [9]], after);
    }

    [Fact]
    public void Only_the_end_of_a_batch_is_saved()
    {
        RunFolder folder = RunFolder.Create(_folder["run"]);
        var clock = new Clock();
        List<int[]> after = [];
        Train(folder, Options with { UpdatesPerBatch = 4 }, saveEvery: 100, minutes: 1, clock, _ =>
        {
            after.Add(Steps(folder));
            clock.Minutes += 1;
        });
        Assert.Equal([[], [], [], [4], [4], [4], [4], [4, 8], [9]], after);
    }

    [Fact]
    public void A_run_that_goes_on_from_one_ends_with_the_bytes_of_a_straight_one()
    {
        RunFolder straight = RunFolder.Create(_folder["straight"]), broken = RunFolder.Create(_folder["broken"]);
        Train(straight, Options, saveEvery: 5, minutes: 0, new Clock(), _ => { });
        var clock = new Clock();
        Assert.ThrowsAny<InvalidOperationException>(() => Train(broken, Options, saveEvery: 5, minutes: 5, clock, step =>
        {
            clock.Minutes += 6;
            if (step == 4)
            {
                throw new InvalidOperationException("as if killed after step 4");
            }
        }));
        Assert.Equal([3, 4], Steps(broken));
        Train(broken, Options, saveEvery: 5, minutes: 5, clock, _ => clock.Minutes += 6, from: 4);
        Assert.Equal(Steps(straight), Steps(broken));
        foreach (string file in Directory.GetFiles(straight.CheckpointsFolder, "*", SearchOption.AllDirectories))
        {
            string other = Path.Combine(broken.Path, Path.GetRelativePath(straight.Path, file));
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(other)), file);
        }
    }

    private static void Train(
        RunFolder folder, GrpoOptions options, int saveEvery, int minutes, Clock clock, Action<int> shown, int? from = null)
    {
        string? start = from is { } step ? folder.CheckpointFolder(step) : null;
        using var run = new TrainerCase(options, load: start is null ? null : kernels => ModelFile.Load(start, kernels));
        if (start is not null)
        {
            TrainingCheckpoint.Restore(start, run.Trainer.Optimizer, run.Trainer.Guard);
        }

        new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, options)
        {
            SaveEvery = saveEvery, SaveMinutes = minutes, Time = clock,
            Ranking = new RunRanking(folder, TrainerCase.Prompts.Select(prompt => prompt.Row.Id), new RunRankingOptions()),
        }.Train(metrics => shown(metrics.Step), Assert.Fail, TestContext.Current.CancellationToken);
    }

    private static int[] Steps(RunFolder folder) => [.. folder.Checkpoints.Select(checkpoint => checkpoint.Step)];

    /// <summary>A clock that a test moves.</summary>
    private sealed class Clock : TimeProvider
    {
        public long Minutes { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Minutes * 60;
    }
}
