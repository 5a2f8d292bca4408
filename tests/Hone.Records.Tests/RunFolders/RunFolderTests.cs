using System.Text.Json.Nodes;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

public sealed class RunFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_lie_where_the_design_says()
    {
        RunFolder run = RunFolder.Create(_folder["runs/first/"]);
        Assert.Equal("first", run.Name);
        string[] files =
        [
            run.RunFile, run.MetricsFile, run.EvalsFile, run.RankingFile, run.SummaryFile, run.ReportFile,
            run.RolloutFile(1), run.CheckpointFolder(100),
        ];
        Assert.Equal(
            ["run.json", "metrics.jsonl", "evals.jsonl", "ranking.json", "summary.json", "report.html",
                "rollouts/step-000001.jsonl", "checkpoints/step-000100"],
            files.Select(file => Path.GetRelativePath(run.Path, file).Replace('\\', '/')));
    }

    [Fact]
    public void A_new_run_needs_an_empty_folder()
    {
        Directory.CreateDirectory(_folder["empty"]);
        RunFolder run = RunFolder.Create(_folder["empty"]);
        run.WriteRun(new JsonObject { ["seed"] = 1 });
        Bad.Input(() => RunFolder.Create(_folder["empty"]), "not empty", "--resume");
        Bad.Input(() => RunFolder.Create(run.RunFile), "is a file");
        IOException error = Assert.Throws<IOException>(() => RunFolder.Create(Path.Combine(run.RunFile, "x")));
        Assert.Contains("cannot be made", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (int)JsonFile.Read(RunFolder.Open(_folder["empty"]).RunFile)["seed"]!);
    }

    // A process was killed before its run began: its lock, half a file of its own, and the prompts that it generated.
    [Fact]
    public void What_is_left_of_a_run_that_did_not_begin_is_nothing()
    {
        _folder.Write("run/prompts.jsonl", "{}");
        Bad.Input(() => RunFolder.Create(_folder["run"]), "not empty");
        _folder.Write("run/.lock", "");
        _folder.Write("run/.run.json.0123.tmp", "{");
        RunFolder run = RunFolder.Create(_folder["run"]);
        RunLock.Take(run).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Path));

        _folder.Write("run/prompts.jsonl", "{}");
        _folder.Write("run/.lock", "");
        _folder.Write("run/mine.txt", "mine");
        Bad.Input(() => RunFolder.Create(_folder["run"]), "not empty");
        File.Delete(_folder["run/mine.txt"]);
        run.WriteRun([]);
        Bad.Input(() => RunFolder.Create(_folder["run"]), "not empty");
        RunLock.Take(run).Dispose();
        Assert.True(File.Exists(run.PromptsFile));
    }

    [Fact]
    public void Going_on_takes_back_later_steps_and_what_is_half_written_and_nothing_else()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        string[] gone =
        [
            "rollouts/step-000003.jsonl", "rollouts/.step-000001.jsonl.0123.tmp", "faults/.step-000001.json.0123.tmp",
            "checkpoints/step-000001.tmp/model", "checkpoints/step-000009.tmp/model",
        ];
        string[] stays =
        [
            "rollouts/step-000002.jsonl", "rollouts/step-3.jsonl", "rollouts/notes", "faults/step-000003.json",
            "checkpoints/step-000002/model", "checkpoints/step-9.tmp/mine", "checkpoints/step-000009.tmp.old/mine",
        ];
        foreach (string file in gone.Concat(stays))
        {
            _folder.Write("run/" + file, "x");
        }

        run.CutAfter(2);
        Assert.Equal(
            stays.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(run.Path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(run.Path, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_a_folder_with_run_json_opens()
    {
        Assert.Throws<DirectoryNotFoundException>(() => RunFolder.Open(_folder["none"]));
        Bad.Input(() => RunFolder.Open(_folder.Root), "has no run.json");
    }

    [Fact]
    public void Checkpoints_are_listed_by_step_whoever_wrote_them()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        Assert.Empty(run.Checkpoints);
        string[] names =
        [
            "step-000100", "checkpoint-20", "global_step_3", "iter_0000007", "step_1000", "400",
            "best", "step-000100.tmp", "checkpoint-20-merged", ".step-5", "run7", "step-99999999999",
        ];
        foreach (string name in names)
        {
            Directory.CreateDirectory(Path.Combine(run.CheckpointsFolder, name));
        }

        File.WriteAllText(Path.Combine(run.CheckpointsFolder, "step-6"), "");
        Assert.Equal([3, 8, 20, 100, 400, 1000], run.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal("step-000100", Path.GetFileName(run.Checkpoints[3].Path));
    }
}
