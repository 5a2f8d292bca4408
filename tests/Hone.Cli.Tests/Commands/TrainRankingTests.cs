using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>The UGCS score while `hone train` goes on, and what the `rank`, `keep` and `stop` sections make of it.</summary>
public sealed class TrainRankingTests : IDisposable
{
    private static readonly string[] Method = ["--hardest", "20", "--window", "3"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_scores_are_those_of_rank_to_the_last_digit()
    {
        Ran ran = Train(HoneProcess.RunReporting, "rank: {hardest: 20, window: 3}").Done();
        JsonObject[] lines = TempFolder.Lines(_folder["run/metrics.jsonl"]);
        Assert.Equal([2, 4, 6, 7], lines.Where(line => line.ContainsKey("ugcs_score")).Select(line => (int)line["step"]!));
        JsonObject ranked = Rank(Method).Json;
        Assert.Equal(4, ranked["checkpoints"]!.AsArray().Count);
        foreach (JsonNode? row in ranked["checkpoints"]!.AsArray())
        {
            JsonObject line = lines[(int)row!["step"]! - 1];
            Assert.Equal(
                $"{row["score"]} {row["low"]} {row["high"]}", $"{line["ugcs_score"]} {line["ugcs_low"]} {line["ugcs_high"]}");
        }

        int pick = (int)ranked["pick"]!["step"]!;
        Assert.Matches(@"checkpoint 4: UGCS score \d\.\d{4} \[\d\.\d{4}, \d\.\d{4}\] on the 7 hardest of 36 completions; pick so far: step \d with", ran.Error);
        Assert.Matches(@"training 5/7 steps.* \| ugcs \d\.\d{3} at 4, pick \d\n", ran.Error);
        Assert.Contains($"pick so far: step {pick}, UGCS score ", ran.Error, StringComparison.Ordinal);
        Assert.Contains($"hone rank {_folder["run"]} --hardest 20 --window 3\n", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_settings_they_are_those_of_rank_without_options()
    {
        Assert.DoesNotContain("warning: ", Train(HoneProcess.Run).Done().Error, StringComparison.Ordinal);
        JsonObject[] lines = TempFolder.Lines(_folder["run/metrics.jsonl"]);
        Assert.All(Rank().Json["checkpoints"]!.AsArray(), row => Assert.Equal(
            $"{row!["score"]} {row["low"]} {row["high"]}",
            string.Join(' ', new[] { "ugcs_score", "ugcs_low", "ugcs_high" }.Select(name => $"{lines[(int)row["step"]! - 1][name]}"))));
    }

    [Fact]
    public void The_best_alone_are_kept_and_rank_still_scores_the_others()
    {
        Ran ran = Train(HoneProcess.Run, "rank: {hardest: 20, window: 3}", "keep: {best: 1}").Done();
        Assert.Contains("warning: windows of 3 steps share rollouts where checkpoints are 2 steps apart", ran.Error, StringComparison.Ordinal);
        Assert.Contains("warning: scores rest on 7 of a window's 36 completions, fewer than 30", ran.Error, StringComparison.Ordinal);
        Assert.Matches("; deleted: [24](, [46])*, as the best and the newest are kept\n", ran.Error);
        ran = Rank(Method);
        int pick = (int)ran.Json["pick"]!["step"]!;
        Assert.Equal(_folder[$"run/checkpoints/step-{pick:D6}"], (string)ran.Json["pick"]!["path"]!);
        Assert.Equal([2, 4, 6, 7], ran.Json["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
        Assert.Equal(
            new[] { pick, 7 }.Distinct().Select(step => $"step-{step:D6}"),
            Directory.GetDirectories(_folder["run/checkpoints"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        int[] deleted = [.. new[] { 2, 4, 6 }.Where(step => step != pick)];
        Assert.Equal(deleted, TempFolder.Lines(_folder["run/deleted.jsonl"]).Select(line => (int)line["step"]!));
        JsonNode warning = Assert.Single(ran.Json["warnings"]!.AsArray(), found => (string)found!["id"]! == "checkpoints_deleted")!;
        Assert.Equal(deleted, warning["steps"]!.AsArray().Select(step => (int)step!));

        // By folders alone there is nothing but what is there.
        JsonObject there = Rank([.. Method, "--checkpoints", _folder["run/checkpoints"]]).Json;
        Assert.Equal(new[] { pick, 7 }.Distinct(), there["checkpoints"]!.AsArray().Select(row => (int)row!["step"]!));
    }

    [Fact]
    public void A_pick_whose_folder_is_gone_is_said_and_not_linked_to()
    {
        Train(HoneProcess.Run, "rank: {hardest: 20, window: 3}").Done();
        int pick = (int)Rank(Method).Json["pick"]!["step"]!;
        Directory.Move(_folder[$"run/checkpoints/step-{pick:D6}"], _folder["away"]);
        _folder.Write("run/deleted.jsonl", $"{{\"step\":{pick},\"score\":0.5}}", "{\"step\":6,\"score\":null}", "{\"step\":4,\"score\":0}");
        Ran ran = Rank(Method);
        Assert.Equal((pick, null), ((int)ran.Json["pick"]!["step"]!, (string?)ran.Json["pick"]!["path"]));
        JsonNode warning = Assert.Single(ran.Json["warnings"]!.AsArray(), found => (string)found!["id"]! == "pick_deleted")!;
        Assert.Matches($@"^The folder of the pick, step {pick}, was deleted: .*; of those that are there step \d scores highest, \d\.\d{{4}}\.$", (string)warning["message"]!);
        ran = HoneProcess.Run(["rank", _folder["run"], .. Method, "--link", "best"]);
        Assert.Equal(3, ran.Code);
        Assert.Contains($"no link was made: the folder of the pick, step {pick}, was deleted by the run. Hint: rank those", ran.Error, StringComparison.Ordinal);

        // One that was noted and is there after all counts as there.
        Directory.Move(_folder["away"], _folder[$"run/checkpoints/step-{pick:D6}"]);
        Assert.NotNull((string?)Rank(Method).Json["pick"]!["path"]);
        _folder.WriteText("run/deleted.jsonl", "{\"step\":");
        _folder.Refuses(3, ["deleted.jsonl:1: the line is cut off"], ["rank", _folder["run"]]);
    }

    [Fact]
    public void A_run_that_does_not_rise_is_stopped_with_the_figures()
    {
        Ran ran = Train(HoneProcess.Run, "rank: {hardest: 20, window: 2}", "stop: {patience: 1, min_rise: 100}").Done();
        Assert.Matches(
            @"^stopped early after step 4 of 7: none of the last 1 UGCS scores \(4: \d\.\d{4}\) is above 10\d\.\d{4}, which is 100 more than that of step 2, \d\.\d{4}\n$",
            ran.Output);
        Assert.Contains("4 steps, 2 checkpoints in ", ran.Error, StringComparison.Ordinal);
        JsonObject[] lines = TempFolder.Lines(_folder["run/metrics.jsonl"]);
        Assert.Equal(4, lines.Length);
        string file = File.ReadAllText(_folder["run/run.json"]);
        JsonNode stopped = JsonNode.Parse(file)!["stopped"]!;
        Assert.Equal((4, 7, 1, 2), ((int)stopped["step"]!, (int)stopped["of"]!, (int)stopped["patience"]!, (int)stopped["mark"]!["step"]!));
        Assert.Equal($"{lines[3]["ugcs_score"]}", $"{stopped["since"]![0]!["score"]}");

        // It stays stopped, with the same words and bytes.
        string[] before = _folder.Content;
        Assert.Equal(ran.Output, HoneProcess.Run("train", "--resume", _folder["run"]).Done().Output);
        Assert.Equal(before, _folder.Content);
        Assert.Equal(file, File.ReadAllText(_folder["run/run.json"]));
    }

    // From step 2 on: the window of the checkpoint at 4 begins before it.
    [Fact]
    public void A_run_that_was_killed_goes_on_to_the_same_scores_and_folders()
    {
        Train(HoneProcess.Run, "rank: {hardest: 20, window: 4}", "keep: {best: 2}").Done();
        TempFolder.Copy(_folder["run"], _folder["straight"]);
        string[] kept = Folders("straight");
        string from = kept[0];
        foreach (string later in kept[1..])
        {
            Directory.Delete(_folder[$"run/checkpoints/{later}"], recursive: true);
        }

        string[] metrics = File.ReadAllLines(_folder["run/metrics.jsonl"]);
        _folder.WriteText("run/metrics.jsonl", string.Join('\n', metrics[..^1]) + "\n" + metrics[^1][..40]);
        Assert.Contains($"after step {int.Parse(from[5..], System.Globalization.CultureInfo.InvariantCulture)}\n",
            HoneProcess.Run("train", "--resume", _folder["run"]).Done().Error, StringComparison.Ordinal);
        Assert.Equal(kept, Folders("run"));
        Assert.Equal(Scores("straight"), Scores("run"));
        Assert.Equal(File.ReadAllText(_folder["straight/deleted.jsonl"]), File.ReadAllText(_folder["run/deleted.jsonl"]));
    }

    [Theory]
    [InlineData("rank: {hardest: 0}", "rank.hardest is 0, expected above 0, at most 100.")]
    [InlineData("rank: {hardest: 101}", "rank.hardest is 101, expected")]
    [InlineData("rank: {window: 0}", "rank.window is 0, expected 1 or more steps.")]
    [InlineData("rank: {windw: 3}", "unknown key 'rank.windw'. Hint: did you mean 'rank.window'?")]
    [InlineData("keep: {best: -1}", "'keep.best' is -1, expected a whole number of 0 or more")]
    [InlineData("keep: 3", "'keep' is a value, expected a section of settings")]
    [InlineData("stop: {patience: 2, min_rise: much}", "stop.min_rise is much, expected interval or a number of 0 or more.")]
    [InlineData("stop: {patience: 2, min_rise: -1}", "stop.min_rise is -1, expected 0 or more.")]
    [InlineData("stop: {patience: 2, min_rise: NaN}", "stop.min_rise is NaN, expected 0 or more.")]
    [InlineData("stop: {min_steps: 10}", "stop.patience is not set, expected 1 or more")]
    public void A_wrong_setting_is_named(string line, string part) => _folder.Refuses(
        2, [part], ["train", "--config", TinyRun.Train(_folder, line), "--set", $"out={_folder["run"]}"]);

    // Seven steps with checkpoints after 2, 4, 6 and 7.
    private Ran Train(Func<string[], Ran> run, params string[] more) =>
        run(["train", "--config", TinyRun.Train(_folder, more), "--set", $"out={_folder["run"]}", "--set", "steps=7"]);

    private Ran Rank(params string[] options) => HoneProcess.Run(["rank", _folder["run"], .. options, "--json"]).Done();

    private string[] Folders(string run) =>
        [.. Directory.GetDirectories(_folder[$"{run}/checkpoints"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string[] Scores(string run) => [.. TempFolder.Lines(_folder[$"{run}/metrics.jsonl"])
        .Select(line => $"{line["step"]} {line["ugcs_score"]} {line["ugcs_low"]} {line["ugcs_high"]}")];
}
