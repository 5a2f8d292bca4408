namespace Hone.Selection;

/// <summary>The outcome of a vote.</summary>
/// <param name="Answer">The winning answer; null if no sample gave one.</param>
/// <param name="Votes">How many samples gave it.</param>
/// <param name="Correct">Whether it is correct; false if no sample gave one.</param>
public readonly record struct VoteResult(string? Answer, int Votes, bool Correct);

/// <summary>maj@k: the answer that most of k samples agree on (self-consistency, arXiv 2203.11171).</summary>
public static class MajorityVote
{
    /// <summary>Counts the first k answers; ties go to the answer seen first.</summary>
    /// <remarks>Answers are compared by ordinal equality, so they should be normalised before. A null answer abstains.
    /// The winner's verdict is that of the first sample that gave it. This is the vote of these k samples, not an
    /// average over all choices of k from n: for k = n it is the usual maj@n.</remarks>
    /// <param name="answers">Final answers of n samples, in sampling order; null where none was found.</param>
    /// <param name="correct">The verdict on each answer.</param>
    /// <param name="k">Samples that vote, in [1, n].</param>
    /// <returns>The winner.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is outside [1, n].</exception>
    public static VoteResult Of(ReadOnlySpan<string?> answers, ReadOnlySpan<bool> correct, int k)
    {
        Throw.IfLengthsDiffer(answers.Length, correct.Length, nameof(correct));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, answers.Length);

        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string? answer in answers[..k])
        {
            if (answer is not null)
            {
                counts[answer] = counts.GetValueOrDefault(answer) + 1;
            }
        }

        // Walking the samples rather than the table makes "first seen" explicit: only a strictly larger count takes
        // over.
        VoteResult winner = default;
        for (int i = 0; i < k; i++)
        {
            if (answers[i] is string answer && counts[answer] > winner.Votes)
            {
                winner = new VoteResult(answer, counts[answer], correct[i]);
            }
        }

        return winner;
    }
}
