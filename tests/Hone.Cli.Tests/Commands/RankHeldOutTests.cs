using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone rank` beside held-out values, and what it cannot tell apart.</summary>
public class RankHeldOutTests
{
    private const int Delta = 20;
    private const int PerStep = 20;

    [Fact]
    public void HeldOutValuesAreComparedAndLeaveThePick()
    {
        using TempFolder folder = WithLog(step => step <= Delta ? 0.2 : 0.9);
        folder.Write("evals.txt", """{"step":20,"value":0.75}""", """{"step":40,"value":0.5}""");
        JsonObject json = Rank(folder, "--evals", folder["evals.txt"], "--json").Json;
        Assert.Equal(40, (int)json["pick"]!["step"]!);
        Assert.Equal("[40]", json["indistinguishable"]!.ToJsonString());
        Assert.False((bool)json["nothing_differs"]!);
        JsonObject heldOut = json["held_out"]!.AsObject();
        Assert.False((bool)heldOut["used_for_the_pick"]!);
        Assert.Equal("""{"step":20,"value":0.75}""", heldOut["oracle"]!.ToJsonString());
        JsonNode ugcs = heldOut["strategies"]![0]!;
        Assert.Equal(("ugcs", 40, 0.25, 0.0), ((string)ugcs["name"]!, (int)ugcs["step"]!, (double)ugcs["regret"]!, (double)ugcs["hit"]!));
        Assert.Null(ugcs["kendall"]); // two checkpoints correlate by -1 or 1 whatever their scores

        string text = Rank(folder, "--evals", folder["evals.txt"]).Output;
        Assert.Contains("the pick did not use it", text, StringComparison.Ordinal);
        Assert.Contains("the pick scores higher than every other checkpoint, at 95 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EvalsBesideTheLogAreTheControlBestMetric()
    {
        using TempFolder folder = WithLog(_ => 0.5);
        folder.Write(
            "evals.jsonl",
            """{"step":20,"data_set":"test","accuracy":0.6,"low":0.5,"high":0.7,"prompts":9,"samples":1}""",
            """{"step":40,"data_set":"test","accuracy":0.4,"low":0.3,"high":0.5,"prompts":9,"samples":1}""");
        JsonObject json = Rank(folder, "--json").Json;
        Assert.Equal("""{"step":20,"value":0.6,"deviation":null,"tied":[]}""", json["controls"]!["best_metric"]!.ToJsonString());
        Assert.True((bool)json["nothing_differs"]!);
        string text = Rank(folder).Output;
        Assert.Contains("nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %", text, StringComparison.Ordinal);
        Assert.Contains("its regret is 0 by construction", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedEvalsBesideTheLogAreAWarningAndNamedOnesAnError()
    {
        using TempFolder folder = WithLog(_ => 0.5);
        folder.Write("evals.jsonl", "no json");
        Ran ran = Rank(folder);
        Assert.Contains("warning: no validation metric: ", ran.Error, StringComparison.Ordinal);
        Ran named = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", "20,40", "--evals", folder["evals.jsonl"]);
        Assert.Equal(3, named.Code);
        Assert.Contains("Hint: ", named.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pick_whose_window_is_one_step_cannot_be_compared()
    {
        using TempFolder folder = WithLog(_ => 0.5);
        string text = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", "20,40", "--window", "1", "--hardest", "50").Done().Output;
        Assert.Contains("the pick has no interval (its window has one step), so it cannot be compared", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing tells", text, StringComparison.Ordinal);
        string alone = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", "40", "--window", "1").Done().Output;
        Assert.DoesNotContain("compared", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void AMetricThatIsBetterWhenLowerIsAWarningBesideTheLogAndAnErrorWhereItIsNamed()
    {
        using TempFolder folder = WithLog(_ => 0.5);
        folder.Write("trainer_state.json", """{"log_history": [{"step": 20, "eval_perplexity": 3.5}, {"step": 40, "eval_perplexity": 3.1}]}""");
        Ran ran = Rank(folder);
        Assert.Contains("eval_perplexity is better when lower, and not used", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("best_metric", ran.Output, StringComparison.Ordinal);
        folder.Refuses(
            3, ["eval_perplexity is better when lower"],
            ["rank", folder["log.jsonl"], "--checkpoints", "20,40", "--evals", folder["trainer_state.json"]]);
    }

    // Rewards at random, with the chance of the step.
    private static TempFolder WithLog(Func<int, double> chance)
    {
        var folder = new TempFolder();
        var random = new Random(3);
        folder.Write("log.jsonl",
        [
            .. Enumerable.Range(0, 2 * Delta * PerStep).Select(i => new JsonObject
            {
                ["step"] = 1 + (i / PerStep), ["prompt_id"] = $"p{i}", ["sample"] = 0, ["mean_logprob"] = -random.NextDouble(),
                ["reward"] = random.NextDouble() < chance(1 + (i / PerStep)) ? 1 : 0,
            }.ToJsonString()),
        ]);
        return folder;
    }

    private static Ran Rank(TempFolder folder, params string[] options) => HoneProcess.Run(
        ["rank", folder["log.jsonl"], "--checkpoints", "20,40", "--window", "20", "--hardest", "50", .. options]).Done();
}
