namespace Hone.Selection;

/// <summary>Something to know before selecting prompts by their scores.</summary>
/// <param name="Id">Stable snake_case name.</param>
/// <param name="Message">What was found, with its figures.</param>
/// <param name="NextStep">What to do about it.</param>
public sealed record ScoreFinding(string Id, string Message, string NextStep);

/// <summary>What the distribution of s says against a selection by it.</summary>
public static class ScoreFindings
{
    /// <summary>Too few prompts for the findings below.</summary>
    public const string FewPrompts = "few_prompts";

    /// <summary>The mean lies between two humps, where few prompts are.</summary>
    public const string EmptyValley = "empty_valley";

    /// <summary>s goes with the number of scored tokens.</summary>
    public const string TargetLength = "target_length";

    /// <summary>s goes with the length of the prompt.</summary>
    public const string PromptLength = "prompt_length";

    /// <summary>s is nearly the same for all prompts.</summary>
    public const string NearlyConstant = "nearly_constant";

    private const int Fewest = 50;

    // The middle stretch holds less than half of what the emptier side's densest stretch does.
    private const double Valley = 0.5;

    // A quarter of the variance of the ranks.
    private const double ExplainingCorrelation = 0.5;

    // The middle nine tenths of s; fuzziness then differs by less than 0.0025 for them.
    private const double ConstantRange = 0.05;

    /// <summary>Looks at a distribution.</summary>
    /// <param name="scores">The distribution.</param>
    /// <returns>The findings; none for a set that a selection by s can work on.</returns>
    public static IReadOnlyList<ScoreFinding> Of(ScoreDistribution scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        List<ScoreFinding> findings = [];
        if (scores.Count < Fewest)
        {
            findings.Add(new ScoreFinding(
                FewPrompts, $"{scores.Count} prompts are too few to judge the distribution of s by", $"score {Fewest} or more"));
            return findings;
        }

        double range = scores.Quantiles[5] - scores.Quantiles[1];
        if (range < ConstantRange)
        {
            findings.Add(new ScoreFinding(
                NearlyConstant,
                FormattableString.Invariant(
                    $"s is nearly the same for all prompts: nine tenths lie between {scores.Quantiles[1]:F4} and {scores.Quantiles[5]:F4}, so fuzziness differs by at most {Range(scores):F4} among them; a selection by it is likely no better than a random one"),
                "score another --target, or train on --by random beside it and compare"));
        }
        else if (IsValley(scores))
        {
            findings.Add(new ScoreFinding(
                EmptyValley,
                FormattableString.Invariant(
                    $"the mean of s, {scores.Mean:F3}, falls into a valley between two humps: {scores.NearMean:P1} of the prompts lie within half a standard deviation of it (38 % of a bell curve do); fuzzy selection takes them and the inner edges of the humps"),
                "select with --center median, or name the hump with --center X"));
        }

        AddLength(findings, TargetLength, "the number of scored tokens", scores.LengthCorrelation, "score --target solution or prompt as well, and compare the selections");
        AddLength(findings, PromptLength, "the length of the prompt", scores.PromptCorrelation, "look at the selected prompts; select within lengths if short ones are not what you want");
        return findings;
    }

    private static bool IsValley(ScoreDistribution scores)
    {
        // A difference of counts beyond two standard errors, so that no dent of chance is called a valley.
        double near = scores.NearMean * scores.Count, beside = scores.BesideMean;
        return near < Valley * beside && beside - near > 2 * Math.Sqrt(beside + near);
    }

    private static double Range(ScoreDistribution scores)
    {
        double farthest = Math.Max(scores.Quantiles[5] - scores.Mean, scores.Mean - scores.Quantiles[1]);
        return farthest * farthest;
    }

    private static void AddLength(List<ScoreFinding> findings, string id, string what, double? rho, string next)
    {
        if (rho is double value && Math.Abs(value) >= ExplainingCorrelation)
        {
            findings.Add(new ScoreFinding(
                id,
                FormattableString.Invariant(
                    $"s goes with {what}: rank correlation {value:F2}, {value * value:P0} of the variance of its ranks; a selection by s is in part one by length"),
                next));
        }
    }
}
