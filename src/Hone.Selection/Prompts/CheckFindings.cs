namespace Hone.Selection;

/// <summary>What a check of scores against sampled completions says of a selection by them.</summary>
public static class CheckFindings
{
    /// <summary>Fuzziness finds learnable prompts no better than chance as far as the check can tell.</summary>
    public const string NoBetterThanRandom = "no_better_than_random";

    /// <summary>Fuzziness is lower for learnable prompts.</summary>
    public const string WorseThanRandom = "worse_than_random";

    /// <summary>s does not go with the pass rate as far as the check can tell.</summary>
    public const string ConfidenceWithoutSkill = "confidence_without_skill";

    /// <summary>The higher s, the lower the pass rate.</summary>
    public const string ConfidenceReversed = "confidence_reversed";

    /// <summary>No prompt has right and wrong samples.</summary>
    public const string NoneLearnable = "none_learnable";

    /// <summary>Every prompt has right and wrong samples.</summary>
    public const string AllLearnable = "all_learnable";

    /// <summary>Many samples were cut off.</summary>
    public const string TruncatedSamples = "truncated_samples";

    private const double Chance = 0.5;

    // Pass rates may then be a fifth too low, and a prompt of the middle looks like one of the lower third.
    private const double ManyTruncated = 0.2;

    /// <summary>Looks at a check.</summary>
    /// <param name="check">The check.</param>
    /// <param name="samples">K, completions a prompt.</param>
    /// <param name="truncated">Share of the completions that a limit ended, in [0, 1].</param>
    /// <returns>The findings; none for scores that tell what they stand for.</returns>
    public static IReadOnlyList<ScoreFinding> Of(ConfidenceCheck check, int samples, double truncated)
    {
        ArgumentNullException.ThrowIfNull(check);
        List<ScoreFinding> findings = [];
        if (truncated >= ManyTruncated)
        {
            findings.Add(new ScoreFinding(
                TruncatedSamples,
                FormattableString.Invariant($"{truncated:P0} of the samples were cut off by the token limit; their pass rates may be too low"),
                "check again with a higher --max-tokens and another --out"));
        }

        if (check.Learnable == 0)
        {
            findings.Add(None(check, samples));
        }
        else if (check.Learnable == check.Prompts)
        {
            findings.Add(new ScoreFinding(
                AllLearnable,
                FormattableString.Invariant(
                    $"all {check.Prompts} prompts are learnable, with some of {samples} samples right and some wrong: there is none for fuzziness to leave out"),
                "train on a random selection (--by random), or check more prompts"));
        }

        AddLearnable(findings, check.LearnableAuc);
        AddSpearman(findings, check.Spearman);
        return findings;
    }

    private static ScoreFinding None(ConfidenceCheck check, int samples)
    {
        // Outside the zone, solved ones are right in every sample.
        string what = check.Solved == check.Prompts ? "every sample of every prompt is right"
            : check.Solved == 0 ? "no sample of any prompt is right"
            : FormattableString.Invariant($"{check.Solved} are right in every sample and {check.Prompts - check.Solved} in none");
        return new ScoreFinding(
            NoneLearnable,
            FormattableString.Invariant($"none of {check.Prompts} prompts is learnable: {what}, with {samples} samples each"),
            check.Solved == check.Prompts ? "take harder prompts"
                : check.Solved == 0 ? "look whether answers stand where the reward looks for them, then take easier prompts or train on solutions first"
                : "check more prompts, with more --samples");
    }

    private static void AddLearnable(List<ScoreFinding> findings, Estimate? auc)
    {
        if (auc is { High: < Chance } worse)
        {
            findings.Add(new ScoreFinding(
                WorseThanRandom,
                FormattableString.Invariant(
                    $"the relation is reversed: learnable prompts have the lower fuzziness, AUC {worse.Value:F2}, {worse.Low:F2} to {worse.High:F2}; a fuzzy selection leaves them out"),
                "score another --target, or select with another --center or --by random"));
        }
        else if (auc is { Low: <= Chance } learnable)
        {
            findings.Add(new ScoreFinding(
                NoBetterThanRandom,
                FormattableString.Invariant(
                    $"fuzziness finds learnable prompts no better than chance as far as this check can tell: AUC {learnable.Value:F2}, {learnable.Low:F2} to {learnable.High:F2}"),
                "check more prompts, score another --target, or select --by random"));
        }
    }

    private static void AddSpearman(List<ScoreFinding> findings, Estimate? spearman)
    {
        if (spearman is { High: < 0.0 } reversed)
        {
            findings.Add(new ScoreFinding(
                ConfidenceReversed,
                FormattableString.Invariant(
                    $"the relation is reversed: the surer the model, the less often it is right; rank correlation of s and pass rate {reversed.Value:F2}, {reversed.Low:F2} to {reversed.High:F2}"),
                "do not read a high s as an easy prompt; look whether the scored text is the answer that the reward asks for, or score another --target"));
        }
        else if (spearman is { Low: <= 0.0 } none)
        {
            findings.Add(new ScoreFinding(
                ConfidenceWithoutSkill,
                FormattableString.Invariant(
                    $"s does not go with the pass rate as far as this check can tell: rank correlation {none.Value:F2}, {none.Low:F2} to {none.High:F2}"),
                "check more prompts, or score another --target"));
        }
    }
}
