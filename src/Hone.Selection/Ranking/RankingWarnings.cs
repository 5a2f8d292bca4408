namespace Hone.Selection;

/// <summary>Finds what a reader must know before trusting a ranking.</summary>
internal static class RankingWarnings
{
    public static RankingWarning[] Of(
        WindowFindings[] windows, UsableRollouts usable, RankingOptions options, int[] tied)
    {
        List<RankingWarning> found = [];
        CheckpointScore[] all = [.. windows.Select(window => window.Checkpoint)];
        CheckpointScore[] scored = [.. all.Where(checkpoint => checkpoint.Score is not null)];

        AddForSteps(
            RankingWarningIds.NoRecords,
            [.. all.Where(checkpoint => checkpoint.Score is null)],
            static steps => $"No usable rollouts in the window of {steps}; no score.");
        AddForSteps(
            RankingWarningIds.ConstantReward,
            [.. windows.Where(window => window.ConstantReward).Select(window => window.Checkpoint)],
            static steps => $"All rewards are equal in the window of {steps}.");
        AddForSteps(
            RankingWarningIds.WindowsOverlap,
            [.. scored.Where((c, i) => i > 0 && (long)c.Step - scored[i - 1].Step < options.Reach)],
            steps => $"The window of {steps} shares rollouts with the one before: checkpoints are closer than "
                + $"{options.Reach} steps. Their scores are alike for that reason too.");
        if (tied.Length > 0)
        {
            string message = $"The highest score is shared by {StepNames.Of(tied)}; the latest is picked.";
            Add(RankingWarningIds.TiedPick, message, tied);
        }

        if (options is { Reading: RankingReading.ReferenceCode, Measure: null } && usable.Source == UncertaintySource.Policy)
        {
            Add(
                RankingWarningIds.ReferenceMissing,
                "The log has no reference log-probabilities; the policy's were used in their place.",
                []);
        }

        AddLeftOut(RankingWarningIds.AnllNotFinite, usable.NonFiniteAnll, "uncertainty");
        AddLeftOut(RankingWarningIds.RewardNotFinite, usable.NonFiniteReward, "reward");
        return [.. found];

        void Add(string id, string message, IReadOnlyList<int> steps) =>
            found.Add(new RankingWarning(id, message, steps));

        void AddForSteps(string id, CheckpointScore[] concerned, Func<string, string> message)
        {
            if (concerned.Length > 0)
            {
                int[] steps = [.. concerned.Select(checkpoint => checkpoint.Step)];
                Add(id, message(StepNames.Of(steps)), steps);
            }
        }

        void AddLeftOut(string id, int count, string what)
        {
            if (count > 0)
            {
                Add(id, $"{count} of {usable.Total} rollouts left out: their {what} is missing or not finite.", []);
            }
        }
    }
}
