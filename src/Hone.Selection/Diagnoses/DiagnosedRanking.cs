namespace Hone.Selection;

/// <summary>A ranking with the rollouts behind it, as the diagnoses look at it.</summary>
internal sealed class DiagnosedRanking(UsableRollouts rollouts, RankingResult result, RankingOptions options)
{
    public RankingOptions Options { get; } = options;

    public string Units => Options.Reading == RankingReading.Paper ? "completions" : "prompts";

    /// <summary>Checkpoints that have a score, in step order.</summary>
    public CheckpointScore[] Scored { get; } = [.. result.Checkpoints.Where(checkpoint => checkpoint.Score is not null)];

    /// <summary>The pick; null where there is none.</summary>
    public CheckpointScore? Pick => Array.Find(Scored, checkpoint => checkpoint.Step == result.Pick);

    /// <summary>The best of the others, the later one of equals; null for none.</summary>
    public CheckpointScore? RunnerUp =>
        Scored.Where(checkpoint => checkpoint.Step != result.Pick)
            .OrderBy(checkpoint => checkpoint.Score).ThenBy(checkpoint => checkpoint.Step).LastOrDefault();

    /// <summary>The rollouts of a checkpoint's window, in (step, prompt, sample) order.</summary>
    public ReadOnlySpan<RolloutScore> Window(CheckpointScore checkpoint) => rollouts.Window(checkpoint.Step, Options);

    /// <summary>The rollouts of the whole log that can be ranked.</summary>
    public ReadOnlySpan<RolloutScore> All => rollouts.All;
}
