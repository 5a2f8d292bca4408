using System.Text.Json.Nodes;

namespace Hone.Dashboard.Tests;

/// <summary>What the page of a run says of its ranking.</summary>
public sealed class LiveRankingTests : WatchedRuns
{
    [Fact]
    public async Task The_page_says_p_and_delta_what_differs_and_what_may_be_wrong()
    {
        Runs.Run("a", 6, 6);
        Runs.Settings("a", """{"config": {"steps": 6, "rank": {"hardest": 25, "window": 2}}}""");
        Runs.Checkpoints("a", 2, 4, 6);
        JsonNode ranking = await Ranking("a", ranking => (bool)ranking["saved"]!);
        Assert.StartsWith(
            "Mean reward on the 25 % most uncertain rollouts of the 2 steps before each checkpoint, with its 95 % interval. "
            + "p = 25 % and delta = 2 steps are the run's own settings", (string)ranking["method"]!, StringComparison.Ordinal);

        // Each window has the same rewards by uncertainty, so that nothing can differ.
        Assert.Equal("[2,4,6] True", $"{ranking["indistinguishable"]!.ToJsonString()} {(bool)ranking["nothing_differs"]!}");
        const string Same = "Nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %.";
        Assert.Equal(Same, (string)ranking["differences"]!);
        Assert.Contains(ranking["diagnoses"]!.AsArray(), found => (string)found!["id"]! == "few_hard" && ((string)found["next_step"]!).Length > 0);

        // Without the script too.
        string page = await Client.GetStringAsync(Address("runs/a"), Cancel);
        Assert.Contains("p = 25 % and delta = 2 steps are the run&#39;s own settings", page, StringComparison.Ordinal);
        Assert.Contains(Same, page, StringComparison.Ordinal);
        Assert.Contains("What may be wrong with it", page, StringComparison.Ordinal);
        Assert.Matches("<li><span class=\"tag (bad|warn)\">(serious|warning)</span> ", page);
    }

    [Fact]
    public async Task Checkpoints_that_can_be_told_apart_are_not_in_the_set()
    {
        Runs.Run("a", 0, 40);
        for (int step = 1; step <= 40; step++)
        {
            // The reward is that of the half of the run and a little more; uncertainty does not go with the steps.
            IEnumerable<string> lines = Enumerable.Range(0, 8).Select(i => JsonNode.Parse(RunMaker.Line(step, $"p{i / 4}", i % 4))!.AsObject())
                .Select((line, i) =>
                {
                    line["reward"] = (step > 20 ? 1.0 : 0.0) + ((step * 7) + (i * 3)) % 10 / 100.0;
                    line["mean_logprob"] = -1 - (((step * 5) + (i * 11)) % 16 / 10.0);
                    return line.ToJsonString();
                });
            File.WriteAllText(Runs.RolloutFile("a", step), string.Join('\n', lines) + "\n");
        }

        Runs.Settings("a", """{"config": {"steps": 40, "rank": {"hardest": 50, "window": 20}}}""");
        Runs.Checkpoints("a", 20, 40);
        JsonNode ranking = await Ranking("a", ranking => (bool)ranking["saved"]!);
        Assert.Equal("The pick scores higher than every other checkpoint, at 95 %.", (string)ranking["differences"]!);
        Assert.Equal("[40] False", $"{ranking["indistinguishable"]!.ToJsonString()} {(bool)ranking["nothing_differs"]!}");
    }

    [Fact]
    public async Task New_settings_and_checkpoints_that_are_deleted_change_the_ranking()
    {
        Runs.Run("a", 6, 9);
        Runs.Checkpoints("a", 2, 4, 6);
        JsonNode ranking = await Ranking("a", ranking => (bool)ranking["saved"]!);
        Assert.Contains("are the defaults of hone rank, for the run has no settings of its own", (string)ranking["method"]!, StringComparison.Ordinal);
        Directory.Delete(Runs["a", "checkpoints", "step-000004"], recursive: true);
        File.WriteAllText(Runs["a", "deleted.jsonl"], "{\"step\":4,\"score\":null}\n");
        ranking = await Ranking("a", ranking => Warnings(ranking).Contains("Scored by the log alone: checkpoint 4", StringComparison.Ordinal));
        Assert.Equal(3, ranking["checkpoints"]!.AsArray().Count);
        Runs.Settings("a", """{"config": {"steps": 9, "rank": {"hardest": 50, "window": 1}}}""");
        ranking = await Ranking("a", ranking => (int)ranking["window_steps"]! == 1);
        Assert.Equal(4, (int)ranking["checkpoints"]![1]!["hard"]!);
        File.WriteAllText(Runs["a", "deleted.jsonl"], "{\"step\":");
        ranking = await Ranking("a", ranking => ranking["checkpoints"]!.AsArray().Count == 2);
        Assert.StartsWith("deleted.jsonl is damaged", (string)ranking["note"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"config\": 3}")]
    [InlineData("{\"config\": {\"rank\": [], \"steps\": \"many\", \"model\": 3}}")]
    [InlineData("{\"config\": {\"rank\": {\"hardest\": 1e999, \"window\": 99999999999}}}")]
    [InlineData("{\"config\": {\"rank\": {\"hardest\": 0, \"window\": 0}}}")]
    public async Task Settings_that_make_no_sense_count_as_none(string settings)
    {
        Runs.Run("a", 3, 3);
        Runs.Settings("a", settings);
        JsonNode ranking = await Ranking("a", _ => true);
        Assert.Equal((3.0, 100, false), ((double)ranking["hardest_percent"]!, (int)ranking["window_steps"]!, (bool)ranking["own_settings"]!));
    }

    // Steps at both ends of the range, and rewards and log-probabilities that are no numbers.
    [Fact]
    public async Task An_odd_log_is_ranked_or_said_to_be_none()
    {
        Runs.Run("a", 1, 1);
        File.WriteAllText(Runs.RolloutFile("a", 2), RunMaker.Line(int.MaxValue, "p", 0) + "\n" + RunMaker.Line(0, "p", 0) + "\n");
        JsonNode ranking = await Ranking("a", ranking => (int)ranking["rollouts"]! == 10);
        Assert.Equal(int.MaxValue, (int)ranking["checkpoints"]!.AsArray()[^1]!["step"]!);
        Runs.Run("b", 0, 1);
        File.WriteAllText(Runs.RolloutFile("b", 1), RunMaker.Line(1, "p", 0).Replace("\"reward\":0", "\"reward\":null", StringComparison.Ordinal) + "\n");
        ranking = await Ranking("b", _ => true);
        Assert.Equal("No rollout has a finite reward, so nothing can be ranked.", (string)ranking["note"]!);
    }

    private static string Warnings(JsonNode ranking) => string.Join(' ', ranking["warnings"]!.AsArray().Select(text => (string)text!));

    private async Task<JsonNode> Ranking(string run, Func<JsonNode, bool> isThere) =>
        (await Until($"api/runs/{run}", answer => answer["ranking"] is { } ranking && isThere(ranking)))["ranking"]!;
}
