namespace Hone.Selection;

/// <summary>How a run's scores stand against their mark: the last score that was a rise.</summary>
/// <param name="Mark">The first checkpoint with a score, or the last that rose.</param>
/// <param name="Needed">What a score must exceed to be a rise, in reward units.</param>
/// <param name="Since">The scored checkpoints after the mark, none of which rose.</param>
/// <param name="IsReached">Whether the rule calls this a plateau.</param>
public sealed record ScorePlateau(CheckpointScore Mark, double Needed, IReadOnlyList<CheckpointScore> Since, bool IsReached)
{
    /// <summary>Compares each score with the mark before it; null where no checkpoint has a score.</summary>
    /// <remarks>
    /// A score rises when it exceeds the mark by more than <see cref="PlateauRule.MinRise"/>, or exceeds the upper end of the mark's
    /// interval (the mark itself where it has none). Scores below that leave the mark where it is, so that a slow rise counts once
    /// it has added up. Scores are noisy: with few hard completions a true rise can stay within the interval for as long as the
    /// patience lasts.
    /// </remarks>
    /// <param name="checkpoints">In step order. Those without a finite score count neither way.</param>
    /// <param name="rule">Without problems.</param>
    public static ScorePlateau? Of(IEnumerable<CheckpointScore> checkpoints, PlateauRule rule)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentNullException.ThrowIfNull(rule);
        CheckpointScore? mark = null;
        double needed = double.NegativeInfinity;
        List<CheckpointScore> since = [];
        foreach (CheckpointScore checkpoint in checkpoints)
        {
            if (checkpoint.Score is not { } score || !double.IsFinite(score))
            {
                continue;
            }

            if (mark is null || !HighestPick.IsTie(score, needed))
            {
                mark = checkpoint;
                needed = rule.MinRise is { } rise ? score + rise : Math.Max(checkpoint.High ?? score, score);
                since.Clear();
            }
            else
            {
                since.Add(checkpoint);
            }
        }

        return mark is null ? null : new ScorePlateau(
            mark, needed, since, since.Count >= rule.Patience && since[^1].Step >= rule.MinSteps);
    }
}
