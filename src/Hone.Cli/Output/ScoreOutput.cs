using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Scores;
using Hone.Selection;

namespace Hone.Cli.Output;

/// <summary>What is said of scores once they are there: their distribution, findings, and a check.</summary>
internal static class ScoreOutput
{
    private const int LongestBar = 60;

    /// <summary>The distribution as JSON.</summary>
    public static JsonObject Json(ScoreDistribution scores) => new()
    {
        ["mean"] = scores.Mean, ["deviation"] = scores.Deviation,
        ["quantiles"] = new JsonArray([.. ScoreDistribution.Shares.Zip(scores.Quantiles).Select(pair => (JsonNode)new JsonObject
        {
            ["share"] = pair.First, ["value"] = pair.Second,
        })]),
        ["histogram"] = new JsonArray([.. scores.Histogram.Select(count => (JsonNode)count)]),
        ["near_mean"] = scores.NearMean,
        ["token_correlation"] = JsonOutput.Number(scores.LengthCorrelation),
        ["prompt_length_correlation"] = JsonOutput.Number(scores.PromptCorrelation),
    };

    /// <summary>The findings as JSON.</summary>
    public static JsonArray Json(IEnumerable<ScoreFinding> findings) => new([.. findings.Select(finding => (JsonNode)new JsonObject
    {
        ["id"] = finding.Id, ["message"] = finding.Message, ["next_step"] = finding.NextStep,
    })]);

    /// <summary>A check as JSON.</summary>
    public static JsonObject Json(ScoreCheckResult check) => new()
    {
        ["prompts"] = check.Result.Prompts, ["samples"] = check.Samples, ["reward"] = check.Reward, ["folder"] = check.Folder,
        ["mean_pass_rate"] = check.Result.MeanPassRate, ["truncated"] = check.Truncated, ["learnable"] = check.Result.Learnable, ["solved"] = check.Result.Solved,
        ["spearman"] = Json(check.Result.Spearman), ["auc_solved"] = Json(check.Result.SolvedAuc),
        ["auc_learnable"] = Json(check.Result.LearnableAuc),
        ["scoring_seconds_per_prompt"] = check.ScoringSeconds,
        ["sampling_seconds_per_prompt"] = JsonOutput.Number(check.SamplingSeconds), ["speed_up"] = JsonOutput.Number(check.SpeedUp),
    };

    /// <summary>The distribution for people: a histogram of s with its mean marked, and quantiles.</summary>
    public static void Print(CommandContext context, ScoreDistribution scores)
    {
        int most = Math.Max(1, scores.Histogram.Max());
        int mean = (int)Math.Clamp(scores.Mean * ScoreDistribution.Bins, 0, ScoreDistribution.Bins - 1);
        int first = FirstFilled(scores.Histogram), last = ScoreDistribution.Bins - 1 - FirstFilled([.. scores.Histogram.Reverse()]);
        context.Print($"s = exp(mean log-probability) of {scores.Count} prompts: mean {scores.Mean:F4}, standard deviation {scores.Deviation:F4}");
        for (int bin = Math.Min(first, mean); bin <= Math.Max(last, mean); bin++)
        {
            double low = (double)bin / ScoreDistribution.Bins, high = (bin + 1.0) / ScoreDistribution.Bins;
            int count = scores.Histogram[bin];
            string bar = new('#', (int)Math.Ceiling((double)LongestBar * count / most));
            string line = string.Create(CultureInfo.InvariantCulture, $"  {low:F2} to {high:F2} {count,8} {bar}");
            context.Output.WriteLine(bin == mean ? $"{line.TrimEnd()} < mean" : line.TrimEnd());
        }

        context.Print($"quantiles: {string.Join(", ", ScoreDistribution.Shares.Zip(scores.Quantiles).Select(Quantile))}");
    }

    /// <summary>The findings for people, each with its next step.</summary>
    public static void Print(CommandContext context, IEnumerable<ScoreFinding> findings)
    {
        foreach (ScoreFinding finding in findings)
        {
            WrappedText.Print(context, "  finding  ", $"{finding.Message} ({finding.Id})");
            WrappedText.Print(context, "           next: ", finding.NextStep);
        }
    }

    /// <summary>A check for people.</summary>
    public static void Print(CommandContext context, ScoreCheckResult check)
    {
        ConfidenceCheck found = check.Result;
        context.Print($"check: {found.Prompts} prompts, {check.Samples} samples each, judged by {check.Reward}, in {check.Folder}");
        context.Print($"  mean pass rate {found.MeanPassRate:F4}; {found.Solved} solved (half or more right); {found.Learnable} learnable (some right, some wrong)");
        context.Print($"  {check.Truncated:P1} of the samples were cut off by the token limit");
        Print(context, "rank correlation of s and pass rate", found.Spearman, "all pass rates or all scores are equal");
        Print(context, "AUC of s for solved", found.SolvedAuc, "all are solved, or none");
        Print(context, "AUC of fuzziness for learnable", found.LearnableAuc, "all are learnable, or none");
        if (check is { SamplingSeconds: double sampling, SpeedUp: double speedUp })
        {
            context.Print($"  seconds a prompt: {check.ScoringSeconds:G3} scoring, {sampling:G3} sampling; scoring is {speedUp:F1} times as fast");
        }

        Print(context, check.Findings);
    }

    private static void Print(CommandContext context, string what, Estimate? estimate, string otherwise) => context.Print(
        estimate is { } known
            ? (FormattableString)$"  {what}: {known.Value:F3}, {known.Low:F3} to {known.High:F3}"
            : $"  {what}: not defined, for {otherwise}");

    private static JsonObject? Json(Estimate? estimate) => estimate is not { } known ? null : new JsonObject
    {
        ["value"] = known.Value, ["low"] = JsonOutput.Number(known.Low), ["high"] = JsonOutput.Number(known.High),
    };

    private static int FirstFilled(IReadOnlyList<int> histogram) =>
        Enumerable.Range(0, histogram.Count).First(bin => histogram[bin] > 0 || bin == histogram.Count - 1);

    private static string Quantile((double Share, double Value) pair)
    {
        string name = pair.Share switch { 0.0 => "least", 0.5 => "median", 1.0 => "most", _ => $"{pair.Share:P0}" };
        return string.Create(CultureInfo.InvariantCulture, $"{name} {pair.Value:F3}");
    }
}
