using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report;

/// <summary>The first screen: the pick, and how sure it is.</summary>
internal static class VerdictSection
{
    private const int OthersNamed = 6;

    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Pick is not { } pick)
        {
            page.Section("pick", "No checkpoint is picked")
                .Paragraph("No checkpoint has a rollout with a finite log-probability and a finite reward in its window.", "lead")
                .EndSection();
            return;
        }

        (string style, string word) = Sureness(data.Ranking, pick);
        page.Section("pick", $"Pick: the checkpoint of step {NumberText.Whole(pick.Step)}")
            .Raw("<p class=\"lead\">").Raw($"<span class=\"tag {style}\">").Text(word).Raw("</span> ").Text(Sentence(data, pick)).Raw("</p>\n");
        page.Raw("<dl class=\"facts\">\n");
        Fact(page, "UGCS score", NumberText.Score(pick.Score));
        Fact(page, "95 % interval", NumberText.Interval(pick.Low, pick.High));
        Fact(page, "Probability of being best", NumberText.Percent(pick.ProbabilityBest));
        Fact(page, "Hard rollouts behind it", $"{NumberText.Count(pick.Hard)} of {NumberText.Count(pick.Samples)}");
        page.Raw("</dl>\n");
        page.Paragraph(Others(data, pick));
        WriteHeldOut(page, data, pick);
        WriteOtherHeldOut(page, data, pick);
        if (data.Source.PickDeleted is { } deleted)
        {
            page.Raw("<p><span class=\"tag bad\">deleted</span> ").Text(deleted).Raw("</p>\n");
        }

        Checkpoint? checkpoint = data.Source.Checkpoints.FirstOrDefault(each => each.Step == pick.Step);
        if (checkpoint is { Path.Length: > 0 })
        {
            page.Raw("<p>Folder: <code>").Text(checkpoint.Path).Raw("</code></p>\n");
        }

        page.EndSection();
    }

    private static void Fact(HtmlWriter page, string name, string value) =>
        page.Raw("<div><dt>").Text(name).Raw("</dt><dd>").Text(value).Raw("</dd></div>\n");

    private static (string Style, string Word) Sureness(RankingResult ranking, CheckpointScore pick) =>
        IsAlone(ranking) ? ("plain", "only one")
        : pick.Low is null ? ("plain", "not comparable")
        : ranking.NothingDiffers ? ("bad", "nothing differs")
        : ranking.Indistinguishable.Count > 1 ? ("warn", "one of several")
        : ("good", "clear");

    private static bool IsAlone(RankingResult ranking) => ranking.Checkpoints.Count(row => row.Score is not null) == 1;

    private static string Sentence(ReportData data, CheckpointScore pick)
    {
        RankingOptions options = data.Source.Options;
        string unit = options.Reading == RankingReading.Paper ? "completions" : "prompts";
        string highest = IsAlone(data.Ranking) ? "" : $", the highest of {NumberText.Of(data.Ranking.Checkpoints.Count, "checkpoint")}";
        return FormattableString.Invariant(
            $"Its mean reward on the {options.HardestPercent}\u00A0% most uncertain {unit} of the last {options.WindowSteps} steps is {pick.Score:F3}{highest}.");
    }

    private static string Others(ReportData data, CheckpointScore pick)
    {
        if (IsAlone(data.Ranking))
        {
            return data.Ranking.Checkpoints.Count == 1
                ? "There is no other checkpoint to compare it with."
                : "No other checkpoint has a score to compare it with.";
        }

        if (pick.Low is null)
        {
            return "The pick has no interval (its window has one step), so it cannot be compared.";
        }

        CheckpointScore[] others = [.. data.Ranking.Checkpoints
            .Where(row => row.Step != pick.Step && data.Ranking.Indistinguishable.Contains(row.Step))
            .OrderByDescending(row => row.ProbabilityBest)];
        if (others.Length == 0)
        {
            return "It scores higher than every other checkpoint, at 95 % for all comparisons together.";
        }

        string names = string.Join(", ", others.Take(OthersNamed).Select(row =>
            $"step {NumberText.Whole(row.Step)} (best in {NumberText.Percent(row.ProbabilityBest)})"));
        string first = data.Ranking.NothingDiffers
            ? "Nothing tells these checkpoints apart: no difference from the pick can be shown at 95 %"
            : "Cannot be told apart from it at 95 %";
        return $"{first}: {names}{(others.Length > OthersNamed ? $" and {others.Length - OthersNamed} more" : "")}. "
            + "Where one of these suits you better, take it.";
    }

    private static void WriteHeldOut(HtmlWriter page, ReportData data, CheckpointScore pick)
    {
        HashSet<int> ranked = [.. data.Ranking.Checkpoints.Select(row => row.Step)];
        foreach (IGrouping<string, EvalLine> set in data.Evals.GroupBy(line => line.DataSet))
        {
            Dictionary<int, EvalLine> latest = [];
            foreach (EvalLine line in set.Where(line => ranked.Contains(line.Step)))
            {
                latest[line.Step] = line;
            }

            if (latest.TryGetValue(pick.Step, out EvalLine? own))
            {
                EvalLine best = latest.Values.OrderBy(line => line.Step).Aggregate((a, b) => b.Accuracy >= a.Accuracy ? b : a);
                page.Paragraph($"Held-out set {set.Key}: the pick is right in {Accuracy(own.Accuracy)} (95 % interval "
                    + $"{Accuracy(own.Low)} to {Accuracy(own.High)}); the best checkpoint there, step {NumberText.Whole(best.Step)}, in "
                    + $"{Accuracy(best.Accuracy)}. The pick did not see these results.");
            }
        }
    }

    // Values from elsewhere than the run's own evals.jsonl.
    private static void WriteOtherHeldOut(HtmlWriter page, ReportData data, CheckpointScore pick)
    {
        if (data.Source.HeldOut is { } metric && data.HeldOut is { } comparison && (data.Evals.Count == 0 || !data.Source.HeldOutIsValidation)
            && metric.Values.TryGetValue(pick.Step, out double own))
        {
            page.Paragraph($"Held-out {metric.Name} ({Path.GetFileName(metric.Path)}): the pick has {NumberText.Plain(own)}; the best checkpoint "
                + $"there, step {NumberText.Whole(comparison.Oracle)}, has {NumberText.Plain(comparison.OracleValue)}. The pick did not see these values.");
        }
    }

    private static string Accuracy(double share) => FormattableString.Invariant($"{share * 100:F1}\u00A0%");
}
