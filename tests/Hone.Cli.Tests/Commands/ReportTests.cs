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
