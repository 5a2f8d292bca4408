using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>A sweep and what it was made of.</summary>
/// <param name="Log">The log.</param>
/// <param name="Coverage">The checkpoints that were ranked, and what is to be said of the others.</param>
/// <param name="Reading">Which reading of the method.</param>
/// <param name="Result">The outcome.</param>
/// <param name="HeldOut">How it goes with held-out results; null where there are none.</param>
internal sealed record SweptRun(
    RolloutLog Log, LogCoverage Coverage, RankingReading Reading, SweepResult Result, HeldOutAgreement? HeldOut)
{
    /// <summary>The checkpoint that most cells pick; null where none does.</summary>
    public Checkpoint? Modal => Coverage.Covered.FirstOrDefault(checkpoint => checkpoint.Step == Result.ModalPick);

    /// <summary>What the recommendation means, in a sentence.</summary>
    public string Advice
    {
        get
        {
            SweepRecommendation use = Result.Recommended;
            string pair = FormattableString.Invariant($"--hardest {use.HardestPercent} --window {use.WindowSteps}");
            return use.Verdict switch
            {
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
            ? $"Held-out results of {HeldOut.Checkpoints} ranked checkpoints: too few, or all equal, for a correlation."
        : HeldOut.Flat
            ? "Held-out correlation over the grid is flat: no cell differs from the best by more than its interval allows, so these "
                + "results favour no percent and no window."
        : "Held-out correlation differs between cells. To choose percent or window by it is to tune on the test set: what these "
            + "results then say of the pick is no longer held out.";
}
