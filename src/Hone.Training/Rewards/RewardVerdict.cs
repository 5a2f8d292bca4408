namespace Hone.Training.Rewards;

/// <summary>Everything that is recorded about one completion's reward.</summary>
/// <param name="Total">The weighted sum that training sees.</param>
/// <param name="Components">Each component's own score by name, before its weight, in configuration order.</param>
/// <param name="Correct">Whether the answer was right, be it paid for or not.</param>
/// <param name="FormatOk">Whether the format was right, be it paid for or not.</param>
/// <param name="Extracted">The answer that was judged.</param>
public sealed record RewardVerdict(
    double Total,
    IReadOnlyDictionary<string, double> Components,
    bool Correct,
    bool FormatOk,
    ExtractedAnswer Extracted);
