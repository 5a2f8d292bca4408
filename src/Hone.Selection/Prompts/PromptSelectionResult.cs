namespace Hone.Selection;

/// <summary>One candidate's place under a rule.</summary>
/// <param name="Score">What the rule ranks by, higher first: fuzziness, s, -s, or a random number in [0, 1).</param>
/// <param name="Rank">Place in that order, from 1.</param>
/// <param name="Kept">True if the candidate is among those kept.</param>
public readonly record struct PromptRank(double Score, int Rank, bool Kept);

/// <summary>The outcome of a selection.</summary>
/// <param name="Kept">Row indices kept, from 0, in data set order.</param>
/// <param name="Rows">Every candidate's score and rank, in data set order.</param>
/// <param name="Center">mu of the candidate set, whatever the rule.</param>
public sealed record PromptSelectionResult(IReadOnlyList<int> Kept, IReadOnlyList<PromptRank> Rows, double Center);
