using System.Net;
using System.Text.RegularExpressions;
using Hone.Records.Evaluations;
using Hone.Selection;

namespace Hone.Report.Tests;

/// <summary>What stands beside the ranking: held-out values, and rankings by other measures.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public void Held_out_values_are_compared_with_every_rule_and_their_file_is_named()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source();
        int pick = source.Ranking.Pick!.Value;
        var values = new Dictionary<int, double> { [8] = pick == 8 ? 0.25 : 0.75, [pick] = 0.25, [40] = pick == 40 ? 0.25 : 0.5 };
        string html = Html(source with { HeldOut = new StepMetric("exact <match>", "bench/a.jsonl", values), HeldOutIsValidation = false });
        string part = Part(html, "held-out");
        HeldOutComparison expected = HeldOutComparison.Of(source.Ranking, values)!;
        Assert.Contains("exact <match> of ", part, StringComparison.Ordinal);
        Assert.Contains("bench/a.jsonl", part, StringComparison.Ordinal);
        Assert.Contains($"The best there is step {expected.Oracle} with {NumberText.Score(expected.OracleValue)}", part, StringComparison.Ordinal);
        Assert.Equal(["UGCS", $"{pick}", "0.250", NumberText.Score(expected.OracleValue - 0.25)], Cells(html, "held-out", row: 0)[..4]);
        Assert.Equal("any checkpoint, at random", Cells(html, "held-out", row: expected.Strategies.Count - 1)[0]);
        Assert.DoesNotContain("by construction", part, StringComparison.Ordinal);
        Assert.Contains("Held-out exact <match> (a.jsonl): the pick has 0.25", Part(html, "pick"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_validation_metric_is_said_to_have_no_regret_by_construction()
    {
        using MadeRun run = MadeRun.Write();
        string part = Part(Html(run.Source()), "held-out");
        Assert.Contains("its regret is 0 by construction", part, StringComparison.Ordinal);
        Assert.Contains("best validation metric", part, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_values_of_no_ranked_checkpoint_are_said_to_be_none()
    {
        using MadeRun run = MadeRun.Write();
        string html = Html(run.Source() with { HeldOut = new StepMetric("value", "a.jsonl", new Dictionary<int, double> { [9999] = 1 }) });
        Assert.Contains("a.jsonl has no value of value for a ranked checkpoint.", Part(html, "held-out"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rankings_by_other_measures_have_their_table()
    {
        using MadeRun run = MadeRun.Write();
        string html = Html(run.Source() with
        {
            Measures =
            [
                new MeasureAgreement("anll", 40, 0.5, 0.4, 0.6, 1, 1, 0.125),
                new MeasureAgreement("length", 16, 0.25, null, null, null, 0.5, 1),
            ],
        });
        Assert.Equal(["length", "16", "0.250", "-", "-", "50\u00A0%", "1.000"], Cells(html, "measures", row: 1));
        Assert.Contains("0 of 1 others pick the same step as anll", Part(html, "measures"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"measures\"", Html(run.Source()), StringComparison.Ordinal);
    }

    private static string Html(ReportSource source) => ReportPage.Html(ReportData.Gather(source), null);

    private static string Part(string html, string id) => WebUtility.HtmlDecode(Section(html, id));

    private static string Section(string html, string id) =>
        Regex.Match(html, $"<section id=\"{id}\".*?</section>", RegexOptions.Singleline).Value;

    private static string[] Cells(string html, string id, int row)
    {
        string body = Regex.Match(Section(html, id), "<tbody>(.*?)</tbody>", RegexOptions.Singleline).Value;
        string line = Regex.Matches(body, "<tr.*?</tr>", RegexOptions.Singleline)[row].Value;
        return [.. Regex.Matches(line, "<t[hd][^>]*>(.*?)</t[hd]>").Select(cell => WebUtility.HtmlDecode(cell.Groups[1].Value))];
    }
}
