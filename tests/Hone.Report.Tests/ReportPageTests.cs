using System.Text.RegularExpressions;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report.Tests;

/// <summary>The page as text: what is in it, and that nothing of a log is markup in it.</summary>
public sealed class ReportPageTests
{
    private const string Charts = "var HoneCharts={showAll(){}};";

    [Fact]
    public void The_first_part_names_the_pick_and_how_sure_it_is()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source();
        string html = ReportPage.Html(ReportData.Gather(source), Charts);
        CheckpointScore pick = source.Ranking.Checkpoints.Single(row => row.Step == source.Ranking.Pick);
        string first = Regex.Match(html, "<section id=\"pick\".*?</section>", RegexOptions.Singleline).Value;
        Assert.Contains($"Pick: the checkpoint of step {pick.Step}", first, StringComparison.Ordinal);
        Assert.Contains(NumberText.Score(pick.Score), first, StringComparison.Ordinal);
        Assert.Contains(NumberText.Interval(pick.Low, pick.High), first, StringComparison.Ordinal);
        Assert.Contains(NumberText.Percent(pick.ProbabilityBest), first, StringComparison.Ordinal);
        Assert.Contains("Held-out set", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.5, "nothing differs", "Nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %")]
    [InlineData(0.1, 0.9, "clear", "It scores higher than every other checkpoint")]
    public void It_says_plainly_whether_anything_tells_the_checkpoints_apart(double chance, double lastChance, string word, string sentence)
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source();
        var random = new Random(3);
        RolloutScore[] rollouts = [.. source.Rollouts.Select(rollout => rollout with
        {
            Reward = random.NextDouble() < (rollout.Step > MadeRun.Steps - MadeRun.Interval ? lastChance : chance) ? 1 : 0,
        })];
        RankingOptions options = source.Options with { HardestPercent = 50 };
        RankingResult ranking = CheckpointRanking.Rank(
            rollouts, [.. source.Checkpoints.Select(checkpoint => checkpoint.Step)], options, seed: 1);
        string html = ReportPage.Html(ReportData.Gather(source with { Rollouts = rollouts, Ranking = ranking, Options = options }), Charts);
        string first = Regex.Match(html, "<section id=\"pick\".*?</section>", RegexOptions.Singleline).Value;
        Assert.Contains($">{word}</span>", first, StringComparison.Ordinal);
        Assert.Contains(sentence, first, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_a_log_is_never_markup()
    {
        using MadeRun run = MadeRun.Write();
        string html = ReportPage.Html(ReportData.Gather(run.Source()), Charts);
        Assert.Contains("&lt;script&gt;window.pwned=1", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window.pwned", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(img|svg|iframe|object|link|b>|i>)", html);
        Assert.DoesNotMatch("[\u2028\u202E\u2066\0]", html);
        string[] scripts = [.. Regex.Matches(html, "<script[^>]*>").Select(match => match.Value)];
        Assert.Single(scripts, "<script>");
        Assert.All(scripts.Where(script => script != "<script>"), script => Assert.Matches("^<script type=\"application/json\" id=\"chart-[0-9]+\">$", script));
        Assert.Equal(scripts.Length, Regex.Count(html, "</script>"));
    }

    [Fact]
    public void Every_chart_has_its_table_and_without_charts_the_tables_are_open()
    {
        using MadeRun run = MadeRun.Write();
        ReportData data = ReportData.Gather(run.Source());
        string with = ReportPage.Html(data, Charts), without = ReportPage.Html(data, null);
        int charts = Regex.Count(with, "data-chart=");
        Assert.True(charts >= 10, $"{charts} charts");
        Assert.Equal(charts, Regex.Count(with, "<details><summary>Table: "));
        Assert.Equal(charts, Regex.Count(without, "<details open><summary>Table: "));
        Assert.DoesNotContain("<script", without, StringComparison.Ordinal);
        Assert.Contains("built without its charts", without, StringComparison.Ordinal);
        Assert.Contains("script-src 'none'", without, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_are_coloured_by_their_probability()
    {
        using MadeRun run = MadeRun.Write();
        string html = ReportPage.Html(ReportData.Gather(run.Source()), Charts);
        Assert.Contains("<span class=\"s3\" title=\"14\u00A0%\"> 5</span><span class=\"s4\" title=\"1\u00A0%\"> 6</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_of_another_tokenizer_are_not_shown()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source() with { TokenTexts = ids => [.. ids.Select(_ => "other")] };
        string html = ReportPage.Html(ReportData.Gather(source), Charts);
        Assert.DoesNotContain("class=\"s4\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("other", Regex.Match(html, "<section id=\"hardest\".*?</section>", RegexOptions.Singleline).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_text_says_so()
    {
        using MadeRun run = MadeRun.Write(withText: false, withTokens: false);
        string html = ReportPage.Html(ReportData.Gather(run.Source()), Charts);
        Assert.Contains("Text is missing for some of them: the log was written without its texts.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_pick_the_page_says_why_and_stands()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source();
        RolloutScore[] unknown = [.. source.Rollouts.Select(rollout => rollout with { Anll = double.NaN })];
        RankingResult ranking = CheckpointRanking.Rank(
            unknown, [.. source.Checkpoints.Select(checkpoint => checkpoint.Step)], source.Options, seed: 1);
        string html = ReportPage.Html(ReportData.Gather(source with { Rollouts = unknown, Ranking = ranking }), Charts);
        Assert.Contains("No checkpoint is picked", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<section id=\"hardest\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_commands_can_be_pasted_into_a_shell()
    {
        using MadeRun run = MadeRun.Write();
        string html = ReportPage.Html(ReportData.Gather(run.Source()), Charts);
        Assert.Contains(HtmlText.Escape($"hone rank '{run.Folder.Replace("'", "'\\''", StringComparison.Ordinal)}' --hardest 10 --window 8\n"), html, StringComparison.Ordinal);
    }

    // A thousand checkpoints, and long texts in every line.
    [Fact]
    public void The_page_stays_small_whatever_the_log_holds()
    {
        using MadeRun run = MadeRun.Write();
        string file = Directory.EnumerateFiles(Path.Combine(run.Folder, "rollouts")).Order(StringComparer.Ordinal).Last();
        File.WriteAllText(file, File.ReadAllText(file).Replace("What is 1+1?", new string('\u202E', 100_000), StringComparison.Ordinal));
        ReportSource source = run.Source();
        Checkpoint[] many = [.. Enumerable.Range(1, 1_000).Select(step => new Checkpoint(step, ""))];
        RankingResult ranking = CheckpointRanking.Rank(
            [.. source.Rollouts], [.. many.Select(checkpoint => checkpoint.Step)], source.Options with { Replicates = 2 }, seed: 1);
        string html = ReportPage.Html(ReportData.Gather(source with { Checkpoints = many, Ranking = ranking }), Charts);
        Assert.InRange(html.Length, 10_000, 1_000_000);
    }
}
