using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>A sweep and what it was made of.</summary>
/// <param name="Log">The log.</param>
/// <param name="Coverage">The checkpoints that were ranked, and what is to be said of the others.</param>
/// <param name="Options">The options that all cells share, with the widest window.</param>
/// <param name="Deleted">Those of the checkpoints whose folders the run has deleted.</param>
/// <param name="Result">The outcome.</param>
/// <param name="HeldOut">How it goes with held-out results; null where there are none.</param>
internal sealed record SweptRun(
    RolloutLog Log, LogCoverage Coverage, RankingOptions Options, IReadOnlyList<Checkpoint> Deleted, SweepResult Result,
    HeldOutAgreement? HeldOut)
{
    /// <summary>The checkpoint that most cells pick; null where none does.</summary>
    public Checkpoint? Modal => Coverage.Covered.FirstOrDefault(checkpoint => checkpoint.Step == Result.ModalPick);

    /// <summary>What to know before trusting the grid.</summary>
    public IEnumerable<RankingWarning> Warnings =>
    [
        .. Log.Findings.Select(finding => new RankingWarning(finding.Id, finding.Message, [])), .. Coverage.Warnings,
        .. DeletedCheckpointWarnings.Of([.. Deleted.Select(checkpoint => checkpoint.Step)]),
    ];

    /// <summary>What the recommendation means, in a sentence.</summary>
    public string Advice
    {
        get
        {
            SweepRecommendation use = Result.Recommended;
            string by = Options.Measure is { } measure ? $" --by {measure}" : "";
            string pair = FormattableString.Invariant($"--hardest {use.HardestPercent} --window {use.WindowSteps}{by}");
            return use.Verdict switch
            {
                SweepVerdict.OneCheckpoint => $"There is nothing to compare: fewer than two checkpoints have scores. The default is {pair} here.",
                SweepVerdict.EqualScores => "There is nothing to compare: all checkpoints score the same in every cell, so no percent and no window "
                    + $"tells them apart. The default is {pair} here.",
                SweepVerdict.OneCell => $"There is nothing to compare: the stability of one cell alone is known, that of {pair}. "
                    + "It orders the checkpoints more repeatably than chance would.",
                SweepVerdict.Unknown => $"Stability is not defined here: it needs three checkpoints with different scores and two prompts. "
                    + $"Nothing speaks against the default, here {pair}.",
                SweepVerdict.NoSignal => "No cell orders the checkpoints more repeatably than chance would: the scores differ by noise. "
                    + $"No choice of percent and window mends that; the default is {pair} here.",
                SweepVerdict.Flat => $"The curve is flat: the cells are equally stable within noise, any of these will do, use the default, here {pair}.",
                _ => $"Use {pair}: of the {use.WithinNoise.Count} of {Result.Cells.Count} cells that are as stable as the best within noise, "
                    + "the nearest to the default.",
            };
        }
    }

    /// <summary>What held-out results say of the choice, in a sentence.</summary>
    public string HeldOutAdvice => HeldOut is null ? ""
        : HeldOut.Cells.All(cell => cell.Correlation is null)
            ? $"Held-out results of {HeldOut.Checkpoints} ranked checkpoints: no correlation, which takes three checkpoints whose values, "
                + "and whose scores, are not all equal."
        : HeldOut.Flat is not bool flat
            ? "Held-out correlation is known for one cell alone: there is nothing to compare it with."
        : flat
            ? "Held-out correlation over the grid is flat: no cell differs from the best by more than its interval allows, so these "
                + "results favour no percent and no window."
        : "Held-out correlation differs between cells. To choose percent or window by it is to tune on the test set: what these "
            + "results then say of the pick is no longer held out.";
}
