using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Report.Tests;

/// <summary>Files of a run that are damaged, moved or larger than a page holds.</summary>
public sealed class RunFilesTests
{
    [Fact]
    public void Damaged_lines_of_metrics_are_left_out_and_counted()
    {
        using MadeRun run = MadeRun.Write();
        string file = Path.Combine(run.Folder, "metrics.jsonl");
        string[] lines = File.ReadAllLines(file);
        File.WriteAllLines(file, ["no json", .. lines[..20], "{\"reward\":1}", "{\"step\":1,", .. lines[20..]]);
        var data = ReportData.Gather(run.Source());
        Assert.Equal(MadeRun.Steps, data.Metrics.Series.Single(metric => metric.Name == "reward").Values.Count(value => value is not null));
        string html = ReportPage.Html(data, null);
        Assert.Contains("3 lines of metrics.jsonl left out; the first: ", html, StringComparison.Ordinal);
        Assert.Contains("metrics.jsonl:1: ", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluations_that_cannot_be_read_are_said_and_the_page_stands()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source();
        File.WriteAllText(Path.Combine(run.Folder, "evals.jsonl"), "[]\n");
        string html = ReportPage.Html(ReportData.Gather(source), null);
        Assert.Contains("evals.jsonl is not drawn: ", html, StringComparison.Ordinal);
        Assert.Contains("<section id=\"pick\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_that_are_not_drawn_are_named()
    {
        using MadeRun run = MadeRun.Write();
        int many = RunMetrics.MostShown + 150;
        File.WriteAllLines(Path.Combine(run.Folder, "metrics.jsonl"), Enumerable.Range(1, 2).Select(step =>
            new JsonObject([new("step", step), .. Enumerable.Range(0, many).Select(i => KeyValuePair.Create($"m{i:D3}", (JsonNode?)(step * i)))]).ToJsonString()));
        var data = ReportData.Gather(run.Source());
        Assert.Equal(RunMetrics.MostShown, data.Metrics.Series.Count);
        Assert.Equal(150, data.Metrics.Others.Count);
        string html = ReportPage.Html(data, null);
        Assert.Contains($"Not drawn, for the file has more than {RunMetrics.MostShown} metrics: m024, m025, ", html, StringComparison.Ordinal);
        Assert.Contains("m123 and 50 more.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_is_cut_says_so()
    {
        using MadeRun run = MadeRun.Write();
        Change(run, saved => saved["config"]!["note"] = new string('x', 30_000));
        Assert.Contains("take the whole from config in run.json", Html(run), StringComparison.Ordinal);
        Change(run, saved => saved["config"]!["note"] = "short");
        Assert.DoesNotContain("take the whole from config in run.json", Html(run), StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompts_of_the_run_are_shown_where_their_hash_is_the_runs()
    {
        using MadeRun run = MadeRun.Write();
        var data = ReportData.Gather(run.Source());
        Assert.Null(data.Data.Problem);
        Assert.Equal("fuzzy", data.Scores!.Rule);
        Assert.NotNull(data.Scores.Kept);
    }

    [Fact]
    public void A_relative_path_starts_where_the_run_was_started()
    {
        using MadeRun run = MadeRun.Write();
        Change(run, saved =>
        {
            saved["config"]!["data"] = Path.GetFileName(run.DataFile);
            saved["config"]!["out"] = "./" + Path.GetFileName(run.Folder);
        });
        Assert.NotNull(ReportData.Gather(run.Source()).Scores!.Kept);

        // Without a place to start at, nothing is found, and nothing of the same name elsewhere is shown.
        Change(run, saved => saved["config"]!["out"] = "elsewhere");
        AssertNotShown(run, "is not found from here");
    }

    [Fact]
    public void Another_data_set_in_the_place_of_the_runs_is_never_shown()
    {
        using MadeRun run = MadeRun.Write();
        File.AppendAllText(run.DataFile, "{\"prompt\":\"y\",\"hone_probability\":0.999,\"hone_selected_by\":\"other\"}\n");
        AssertNotShown(run, "is another data set than that of the run");
        Change(run, saved => saved.Remove("data_hash"));
        AssertNotShown(run, "run.json has no hash to check the data set by");
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("{\"data\":5,\"out\":[]}")]
    public void A_configuration_of_another_shape_tells_nothing_and_the_page_stands(string config)
    {
        using MadeRun run = MadeRun.Write();
        Change(run, saved => saved["config"] = JsonNode.Parse(config));
        Assert.Null(ReportData.Gather(run.Source()).Scores!.Kept);
        Assert.Contains("<section id=\"origin\"", Html(run), StringComparison.Ordinal);
    }

    private static void AssertNotShown(MadeRun run, string why)
    {
        var data = ReportData.Gather(run.Source());
        Assert.Null(data.Scores!.Kept);
        Assert.Contains(why, data.Data.Problem, StringComparison.Ordinal);
        string html = ReportPage.Html(data, null);
        Assert.Contains("The prompts that were selected are not shown: ", html, StringComparison.Ordinal);
        Assert.Contains("not shown: ", html[html.IndexOf("<section id=\"origin\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    private static string Html(MadeRun run) => ReportPage.Html(ReportData.Gather(run.Source()), null);

    private static void Change(MadeRun run, Action<JsonObject> change)
    {
        JsonObject saved = JsonNode.Parse(File.ReadAllText(run.RunFile))!.AsObject();
        change(saved);
        File.WriteAllText(run.RunFile, JsonSerializer.Serialize(saved));
    }
}
