using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Dashboard.Runs;
using Hone.Dashboard.Samples;

namespace Hone.Dashboard.Tests;

/// <summary>Folders that hold something else than whole runs, and what goes wrong in the background.</summary>
public sealed class OddFolderTests : WatchedRuns
{
    [Fact]
    public async Task Pipes_are_not_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes in a folder are told apart on Linux.");
        Runs.Run("a", 2, 9);
        Directory.CreateDirectory(Runs["pipes", "rollouts"]);
        Directory.CreateDirectory(Runs["pipes", "checkpoints", "step-000001"]);
        Directory.CreateDirectory(Runs["other"]);
        string[] pipes =
        [
            Runs["pipes", "run.json"], Runs["pipes", "metrics.jsonl"], Runs["pipes", "evals.jsonl"], Runs["pipes", "deleted.jsonl"],
            Runs["pipes", "rollouts", "step-000002.jsonl"], Runs["pipes", "checkpoints", "step-000001", "config.json"],
            Runs["pipes", "checkpoints", "step-000001", "model.safetensors"],
            Runs["pipes", "checkpoints", "step-000001", "model.safetensors.index.json"],
            Runs["other", "1.jsonl"], Runs["other", "data.parquet"], Runs["other", "x.csv"], Runs["a", "deleted.jsonl"],
        ];
        using (Process make = Process.Start("mkfifo", pipes))
        {
            await make.WaitForExitAsync(Cancel);
            Assert.Equal(0, make.ExitCode);
        }

        File.WriteAllText(Runs.RolloutFile("pipes", 1), RunMaker.Line(1, "p", 0) + "\n");
        File.CreateSymbolicLink(Runs.RolloutFile("pipes", 3), Runs["pipes", "rollouts", "step-000002.jsonl"]);
        JsonArray runs = (await Json("api/runs"))["runs"]!.AsArray();
        Assert.Equal(["a", "pipes"], runs.Select(run => (string)run!["name"]!).Order());
        await Until("api/runs/pipes", run => (int)run["rollouts"]!["count"]! == 1 && run["ranking"] is not null);
        await Until("api/runs/a", run => (int)run["rollouts"]!["count"]! == 16 && run["ranking"] is not null);
        Assert.Equal("", Errors.ToString());
    }

    [Fact]
    public async Task A_log_that_was_empty_is_recognised_once_it_grows()
    {
        Directory.CreateDirectory(Runs["verl"]);
        File.WriteAllText(Runs["verl", "1.jsonl"], "");
        Assert.Empty((await Json("api/runs"))["runs"]!.AsArray());

        // Writing to a file that is there leaves the folder's own time as it is.
        DateTime before = Directory.GetLastWriteTimeUtc(Runs["verl"]);
        File.AppendAllText(Runs["verl", "1.jsonl"], """{"input":"q","output":"text","gts":"1","score":1,"step":1,"rollout_log_probs":[-0.1]}""" + "\n");
        Assert.Equal(before, Directory.GetLastWriteTimeUtc(Runs["verl"]));
        JsonNode list = await Until("api/runs", list => list["runs"]!.AsArray().Count == 1);
        Assert.Equal("verl", (string)list["runs"]![0]!["format"]!);
    }

    [Fact]
    public async Task Runs_beyond_the_most_that_are_shown_are_said_and_the_newest_are_shown()
    {
        for (int i = 0; i < RunsFolder.MostRuns + 3; i++)
        {
            Directory.CreateDirectory(Runs[$"run-{i:D4}"]);
            File.WriteAllText(Runs[$"run-{i:D4}", "run.json"], "{}");
            Directory.SetLastWriteTimeUtc(Runs[$"run-{i:D4}"], DateTime.UnixEpoch.AddDays(i));
        }

        JsonNode list = await Json("api/runs");
        string[] names = [.. list["runs"]!.AsArray().Select(run => (string)run!["name"]!).Order()];
        Assert.Equal((3, RunsFolder.MostRuns), ((int)list["not_shown"]!, names.Length));
        Assert.Equal("run-0003", names[0]);
        Assert.Contains(
            "Only the 1,000 runs whose folders were written to last are shown; 3 folders more were not looked at.",
            await Client.GetStringAsync(Server.Host.Address, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_in_the_background_is_said_on_the_run_and_once_on_stderr()
    {
        Runs.Run("a", 2, 9);
        var root = new ContainedFolder(Runs.Root);
        using var errors = new StringWriter();
        var broken = new BrokenRollouts();
        var run = new RunView(("a", Runs["a"], "hone"), () => broken, root, TimeProvider.System, new Troubles(errors), Cancel);
        for (int i = 0; i < 3; i++)
        {
            await Look(run);
        }

        Assert.Equal("Its rollouts cannot be read or ranked (NotSupportedException: no such thing). It is tried again.", run.Trouble);
        Assert.Equal("warning: a: its rollouts cannot be read or ranked (NotSupportedException: no such thing); the other runs are shown as before",
            errors.ToString().TrimEnd());
        Assert.Equal(3, broken.Asked);
        broken.Works = true;
        await Look(run);
        Assert.Null(run.Trouble);
        Assert.Equal(2, run.Curves.LastStep);
    }

    [Fact]
    public async Task Long_lines_and_texts_are_left_out_and_counted()
    {
        Runs.Run("a", 2, 9);
        File.AppendAllText(Runs["a", "metrics.jsonl"], $"{{\"step\":3,\"x\":\"{new string('x', 2 << 20)}\"}}\n" + RunMaker.Metrics(4, 0.5));
        File.WriteAllText(Runs.RolloutFile("a", 3), RunMaker.Line(3, "p0", 0, new string('y', 1 << 20)) + "\n");
        JsonNode run = await Until("api/runs/a", run => (int)run["step"]! == 4 && (int)run["rollouts"]!["count"]! == 17);
        Assert.Equal((1, 0), ((int)run["bad_lines"]!, (int)run["rollouts"]!["bad_lines"]!));
        JsonNode sample = (await Json("api/runs/a/samples?step_from=3"))["samples"]![0]!;
        Assert.Equal((20_000, 1 << 20), (((string)sample["completion"]!).Length, (int)sample["completion_characters"]!));
        Assert.Null(sample["prompt_characters"]);
        Assert.Contains("The first 20,000 of 1,048,576 characters.",
            await Client.GetStringAsync(new Uri(Server.Host.Address, "runs/a/samples?step_from=3"), Cancel), StringComparison.Ordinal);
        Assert.Single((await Json($"api/runs/a/samples?text={new string('y', 900)}"))["samples"]!.AsArray());
    }

    private static async Task Look(RunView run)
    {
        await run.LookAsync();
        await run.LookAtRolloutsAsync(Soon);

        // It looks at most every half second.
        await Task.Delay(TimeSpan.FromMilliseconds(600), Cancel);
    }

    private sealed class BrokenRollouts : RunRollouts
    {
        public int Asked { get; private set; }

        public bool Works { get; set; }

        public override bool HasTexts => false;

        public override void Refresh(CancellationToken cancel)
        {
            Asked++;
            if (!Works)
            {
                throw new NotSupportedException("no such thing");
            }
        }
    }
}
