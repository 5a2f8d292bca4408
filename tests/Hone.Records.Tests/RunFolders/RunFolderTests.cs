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
        Bad.Input(() => RunFolder.Create(Path.Combine(run.RunFile, "x")), "cannot be made");
        Assert.Equal(1, (int)JsonFile.Read(RunFolder.Open(_folder["empty"]).RunFile)["seed"]!);
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
