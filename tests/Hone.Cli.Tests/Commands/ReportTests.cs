namespace Hone.Cli.Tests.Commands;

/// <summary>`hone report` over made-up logs.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_log_of_another_trainer_has_its_pick_and_its_texts()
    {
        using var folder = new TempFolder();
        LogWriters.Write("verl", folder, "log");
        Ran ran = HoneProcess.Run("report", folder["log"], "--checkpoints", "20,40", "--out", folder["a.html"]).Done();
        string text = File.ReadAllText(folder["a.html"]);
        Assert.Contains("Pick: the checkpoint of step ", text, StringComparison.Ordinal);
        Assert.Contains("What is ", text, StringComparison.Ordinal);
        Assert.Contains("written: ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pick_is_that_of_rank_with_the_same_options()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        string[] options = ["--hardest", "10", "--window", "10", "--checkpoints", "10,20,30,40", "--seed", "4"];
        int pick = (int)HoneProcess.Run(["rank", folder["log"], .. options, "--json"]).Done().Json["pick"]!["step"]!;
        HoneProcess.Run(["report", folder["log"], .. options, "--out", folder["a.html"]]).Done();
        string html = File.ReadAllText(folder["a.html"]);
        Assert.Contains($"Pick: the checkpoint of step {pick}", html, StringComparison.Ordinal);
        Assert.Contains("--hardest 10 --window 10 --checkpoints 10,20,30,40 --seed 4", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_values_that_are_named_and_other_measures_are_in_it()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Write("bench.jsonl", """{"step":20,"data_set":"a","value":0.75}""", """{"step":40,"data_set":"a","value":0.5}""");
        HoneProcess.Run([
            "report", folder["log"], "--window", "10", "--hardest", "10", "--checkpoints", "20,40", "--by", "all", "--evals", folder["bench.jsonl"],
            "--out", folder["a.html"]]).Done();
        string html = File.ReadAllText(folder["a.html"]);
        Assert.Contains("<section id=\"held-out\"", html, StringComparison.Ordinal);
        Assert.Contains("The best there is step 20 with 0.750", html, StringComparison.Ordinal);
        Assert.Contains("bench.jsonl</code>", html, StringComparison.Ordinal);
        Assert.Contains("<section id=\"measures\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pick_that_the_run_deleted_is_said_on_the_first_screen()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "run/rollouts");
        string[] options = ["--hardest", "10", "--window", "10"];
        int[] steps = [10, 20, 30, 40];
        int pick = (int)HoneProcess.Run(
            ["rank", folder["run/rollouts"], .. options, "--checkpoints", string.Join(',', steps), "--json"]).Done().Json["pick"]!["step"]!;
        folder.Write("run/run.json", "{}");
        folder.Write("run/deleted.jsonl", $$"""{"step":{{pick}},"score":0.1}""");
        foreach (int step in steps.Where(step => step != pick))
        {
            folder.Write($"run/checkpoints/step-{step:D6}/config.json", "{}");
            folder.Write($"run/checkpoints/step-{step:D6}/model.safetensors", "");
        }

        HoneProcess.Run(["report", folder["run"], .. options]).Done();
        string html = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains(
            $"The folder of the pick, step {pick}, was deleted", html[..html.IndexOf("<section id=\"scores\"", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_log_and_missing_scores_are_refused_and_nothing_is_written()
    {
        using var folder = new TempFolder();
        LogWriters.Write("hone", folder, "log");
        folder.Refuses(3, [folder["none"]], ["report", folder["none"], "--out", folder["a.html"]]);
        folder.Refuses(
            3, [folder["none.jsonl"]],
            ["report", folder["log"], "--checkpoints", "20,40", "--scores", folder["none.jsonl"], "--out", folder["a.html"], "--quiet"]);
        folder.Refuses(2, ["--hardest 0"], ["report", folder["log"], "--hardest", "0", "--out", folder["a.html"]]);
    }
}
