using Hone.Engine.Model;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Ranking;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Ranking;

/// <summary>What a run keeps and when it stops, by its own scores.</summary>
public sealed class RunRankingTests : IDisposable
{
    private static readonly GrpoOptions Options = TrainerCase.Options with { Steps = 8 };
    private static readonly RankingOptions Method = new() { WindowSteps = 2, HardestPercent = 30 };

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_best_and_the_newest_are_kept_and_the_others_recorded()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        List<SavedCheckpoint> saved = [];
        RunRanking ranking = Train(folder, new RunRankingOptions { Method = Method, KeepBest = 2 }, checkpoint =>
        {
            saved.Add(checkpoint);
            Assert.Contains(checkpoint.Step, Steps(folder));
        });
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], saved.Select(checkpoint => checkpoint.Step));
        Assert.Equal(ranking.Scores, saved.Select(checkpoint => checkpoint.Score));
        int[] kept = [.. BestCheckpoints.Of(ranking.Scores, 2).Append(8).Distinct().Order()];
        Assert.Equal(kept, Steps(folder));
        Assert.Equal(ranking.Pick!.Step, BestCheckpoints.Of(ranking.Scores, 1)[0]);
        int[] gone = [.. Enumerable.Range(1, 8).Except(kept)];
        Assert.Equal(gone, saved.SelectMany(checkpoint => checkpoint.Deleted).Order());
        IReadOnlyList<DeletedCheckpoint> deleted = DeletedCheckpoint.ReadAll(folder.DeletedFile);
        Assert.Equal(gone, deleted.Select(line => line.Step));
        Assert.All(deleted, line => Assert.Equal(ranking.Scores[line.Step - 1].Score, line.Score));
    }

    [Fact]
    public void Without_a_number_all_are_kept()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Train(folder, new RunRankingOptions { Method = Method });
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Steps(folder));
        Assert.False(File.Exists(folder.DeletedFile));
    }

    // A folder in the place of a checkpoint, a link in the place of one, and names that are near one.
    [Fact]
    public void Folders_that_the_run_did_not_write_are_left_alone()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Directory.CreateDirectory(folder.CheckpointFolder(2));
        File.WriteAllText(Path.Combine(folder.CheckpointFolder(2), "mine.txt"), "mine");
        Directory.CreateDirectory(_temp["elsewhere/trainer"]);
        File.WriteAllText(_temp["elsewhere/trainer/state.json"], "{\"step\": 3}");
        Directory.CreateSymbolicLink(folder.CheckpointFolder(3), _temp["elsewhere"]);
        Directory.CreateDirectory(folder.CheckpointFolder(4) + "-mine");
        Train(folder, new RunRankingOptions { Method = Method, KeepBest = 1 });
        Assert.True(File.Exists(Path.Combine(folder.CheckpointFolder(2), "mine.txt")));
        Assert.True(File.Exists(_temp["elsewhere/trainer/state.json"]));
        Assert.NotNull(new DirectoryInfo(folder.CheckpointFolder(3)).LinkTarget);
        Assert.True(Directory.Exists(folder.CheckpointFolder(4) + "-mine"));
        Assert.DoesNotContain(DeletedCheckpoint.ReadAll(folder.DeletedFile), line => line.Step is 2 or 3);
    }

    // A file where the new checkpoint's temporary folder would be: it cannot be written, and nothing goes in its place.
    [Fact]
    public void Nothing_is_deleted_before_the_new_one_is_written()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Directory.CreateDirectory(folder.CheckpointsFolder);
        File.WriteAllText(folder.CheckpointFolder(2) + ".tmp", "in the way");
        Assert.ThrowsAny<IOException>(() => Train(folder, new RunRankingOptions { Method = Method, KeepBest = 1 }));
        Assert.Equal([1], Steps(folder));
        Assert.False(File.Exists(folder.DeletedFile));
    }

    // Stopped after 3, between the checkpoints of 2 and 4, and once more after 5.
    [Fact]
    public void A_run_that_was_stopped_twice_ends_with_the_scores_and_folders_of_a_straight_one()
    {
        var options = new RunRankingOptions { Method = Method with { WindowSteps = 3 }, KeepBest = 1 };
        RunFolder straight = RunFolder.Create(_temp["straight"]), broken = RunFolder.Create(_temp["broken"]);
        RunRanking expected = Train(straight, options, saveEvery: 2);
        Train(broken, options, saveEvery: 2, stopAt: 3);
        Assert.Contains(3, Steps(broken));
        Train(broken, options, saveEvery: 2, stopAt: 5, from: 3);
        Assert.Equal(5, Steps(broken)[^1]);
        Assert.DoesNotContain(3, Steps(broken));
        RunRanking actual = Train(broken, options, saveEvery: 2, from: 5);
        Assert.Equal(expected.Scores.Select(Figures), actual.Scores.Select(Figures));
        Assert.Equal([2, 4, 6, 8], actual.Scores.Select(score => score.Step));
        Assert.Equal(Steps(straight), Steps(broken));
        Assert.Equal(File.ReadAllText(straight.DeletedFile), File.ReadAllText(broken.DeletedFile));
        Assert.Equal(Figures(expected.Pick!), Figures(actual.Pick!));
    }

    // Killed after the note and the new name, or after the note alone.
    [Fact]
    public void A_deletion_that_was_killed_is_finished_when_the_run_goes_on()
    {
        var options = new RunRankingOptions { Method = Method, KeepBest = 1 };
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Train(folder, options);
        string noted = File.ReadAllText(folder.DeletedFile);
        int[] kept = Steps(folder), gone = [.. DeletedCheckpoint.ReadAll(folder.DeletedFile).Select(line => line.Step)];
        string renamed = folder.CheckpointFolder(gone[0]) + ".tmp";
        Directory.CreateDirectory(renamed);
        Directory.CreateDirectory(Path.Combine(folder.CheckpointFolder(gone[1]), "trainer"));
        File.WriteAllText(Path.Combine(folder.CheckpointFolder(gone[1]), "trainer", "state.json"), $"{{\"step\": {gone[1]}}}");
        Train(folder, options, from: 8);
        Assert.Equal(kept, Steps(folder));
        Assert.False(Directory.Exists(renamed));
        Assert.Equal(noted, File.ReadAllText(folder.DeletedFile));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(6, 6)]
    public void A_run_whose_scores_do_not_rise_stops_and_stays_stopped(int minSteps, int stopped)
    {
        var options = new RunRankingOptions { Method = Method, Stop = new PlateauRule(2) { MinRise = 10, MinSteps = minSteps } };
        RunFolder folder = RunFolder.Create(_temp["run"]);
        RunRanking ranking = Train(folder, options);
        Assert.Equal((1, stopped), (ranking.Plateau!.Mark.Step, ranking.Plateau.Since[^1].Step));
        Assert.Equal(stopped, Steps(folder)[^1]);
        ranking = Train(folder, options, from: stopped);
        Assert.Equal(stopped, ranking.Plateau!.Since[^1].Step);
        Assert.Equal(stopped, Steps(folder)[^1]);
        Assert.Equal(stopped, File.ReadAllLines(folder.MetricsFile).Length);
    }

    [Fact]
    public void A_run_goes_on_while_the_patience_lasts()
    {
        var options = new RunRankingOptions { Method = Method, Stop = new PlateauRule(8) { MinRise = 10 } };
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Assert.Null(Train(folder, options).Plateau);
        Assert.Equal(8, Steps(folder)[^1]);
    }

    // The windows of 1 hold rollouts only where a batch begins: 1, 3, 5, 7, while checkpoints follow its second update.
    [Fact]
    public void Checkpoints_without_rollouts_in_their_window_have_no_score_and_do_not_stop_a_run()
    {
        var options = new RunRankingOptions
        {
            Method = Method with { WindowSteps = 1 }, KeepBest = 1, Stop = new PlateauRule(1) { MinRise = 10 },
        };
        RunFolder folder = RunFolder.Create(_temp["run"]);
        RunRanking ranking = Train(folder, options, updatesPerBatch: 2);
        Assert.Equal([2, 4, 6, 8], ranking.Scores.Select(score => score.Step));
        Assert.All(ranking.Scores, score => Assert.Null(score.Score));
        Assert.Null(ranking.Pick);
        Assert.Equal([6, 8], Steps(folder));
        Assert.All(DeletedCheckpoint.ReadAll(folder.DeletedFile), line => Assert.False(line.Score is { } score && double.IsFinite(score)));
    }

    [Fact]
    public void With_the_best_as_the_newest_another_one_stays_to_fall_back_to()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        List<(int Step, int[] Kept)> after = [];
        RunRanking ranking = Train(
            folder, new RunRankingOptions { Method = Method, KeepBest = 1 }, saved => after.Add((saved.Step, Steps(folder))));
        Assert.All(after.Skip(1), moment => Assert.Equal(2, moment.Kept.Length));
        Assert.All(after, moment =>
        {
            int best = BestCheckpoints.Of([.. ranking.Scores.Take(moment.Step)], 1)[0];
            Assert.Contains(best, moment.Kept);
            Assert.Contains(moment.Step, moment.Kept);
        });
        Assert.Contains(after.Skip(1), moment => BestCheckpoints.Of([.. ranking.Scores.Take(moment.Step)], 1)[0] == moment.Step);
    }

    [Fact]
    public void Nothing_is_deleted_while_the_newest_is_damaged()
    {
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Train(folder, new RunRankingOptions { Method = Method });
        string weights = Path.Combine(folder.CheckpointFolder(8), "model.safetensors");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var ranking = new RunRanking(
            folder, TrainerCase.Prompts.Select(prompt => prompt.Row.Id), new RunRankingOptions { Method = Method, KeepBest = 1 });
        ranking.Resume(8, _ => true);
        KeptCheckpoints kept = ranking.Keep(8, _ => true);
        Assert.EndsWith("no other checkpoint is deleted", Assert.Single(kept.Problems), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Steps(folder));
        Assert.False(File.Exists(folder.DeletedFile));
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Equal(6, ranking.Keep(8, _ => true).Deleted.Count);
    }

    [Fact]
    public void What_was_saved_to_go_on_from_goes_once_the_next_one_is_written_also_where_all_are_kept()
    {
        var options = new RunRankingOptions { Method = Method };
        RunFolder folder = RunFolder.Create(_temp["run"]);
        Train(folder, options, saveEvery: 4, stopAt: 3);
        Assert.Equal([3], Steps(folder));
        List<SavedCheckpoint> saved = [];
        Train(folder, options, saved.Add, saveEvery: 4, from: 3);
        Assert.Equal([4, 8], Steps(folder));
        Assert.Equal([3], saved[0].Passed);
        Assert.Empty(saved[0].Deleted);
        Assert.False(File.Exists(folder.DeletedFile));
    }

    private static (int, double?, double?, double?) Figures(CheckpointScore score) => (score.Step, score.Score, score.Low, score.High);

    private static int[] Steps(RunFolder folder) => [.. folder.Checkpoints.Select(checkpoint => checkpoint.Step)];

    private static RunRanking Train(
        RunFolder folder, RunRankingOptions options, Action<SavedCheckpoint>? saved = null, int saveEvery = 1, int stopAt = 0,
        int? from = null, int updatesPerBatch = 1)
    {
        GrpoOptions grpo = Options with { UpdatesPerBatch = updatesPerBatch };
        string? start = from is { } step ? folder.CheckpointFolder(step) : null;
        using var run = new TrainerCase(grpo, load: start is null ? null : kernels => ModelFile.Load(start, kernels));
        if (start is not null)
        {
            TrainingCheckpoint.Restore(start, run.Trainer.Optimizer);
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var ranking = new RunRanking(folder, TrainerCase.Prompts.Select(prompt => prompt.Row.Id), options);
        new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, grpo)
        {
            SaveEvery = saveEvery, Ranking = ranking, Saved = saved,
        }.Train(
            metrics =>
            {
                if (metrics.Step == stopAt)
                {
                    cancel.Cancel();
                }
            },
            Assert.Fail, cancel.Token);
        return ranking;
    }
}
