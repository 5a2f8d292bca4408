namespace Hone.Training.Rewards.Verification;

/// <summary>Whether two final answers, in LaTeX or plain text, are the same answer.</summary>
/// <remarks>What is read and compared, and what is not: docs/math.md. Different values are never equal, however close; what
/// cannot be read is equal only to the same text. A pair takes a few milliseconds at most, whatever the texts.</remarks>
public static class MathEquality
{
    /// <summary>Longer answers are not read.</summary>
    internal const int LongestText = 1000;

    /// <summary>True if both texts are the same answer; false otherwise, null and blank included.</summary>
    /// <param name="gold">The true answer.</param>
    /// <param name="answer">The answer given.</param>
    /// <returns>Never throws.</returns>
    /// <example>
    /// <code>
    /// MathEquality.Equal(@"\frac{1}{2}", "0.5") // true
    /// MathEquality.Equal(@"\sqrt{2}", "1.41421") // false
    /// </code>
    /// </example>
    public static bool Equal(string? gold, string? answer)
    {
        if (string.IsNullOrWhiteSpace(gold) || string.IsNullOrWhiteSpace(answer))
        {
            return false;
        }

        if (ExactText.Equal(gold, answer))
        {
            return true;
        }

        if (gold.Length > LongestText || answer.Length > LongestText)
        {
            return false;
        }

        WrittenAnswer a = WrittenAnswer.Read(gold);
        WrittenAnswer b = WrittenAnswer.Read(answer);
        return a.SaysTheSameAs(b) || (a.Meaning is MathNode x && b.Meaning is MathNode y && new AnswerComparison().Same(x, y));
    }

    /// <summary>Whether a text is one answer and nothing else: an expression, a set and so on, or a word or two.</summary>
    /// <param name="text">Any text.</param>
    internal static bool IsAnswer(string text) =>
        text.Length <= LongestText && !text.AsSpan().Trim().Contains('\n') && WrittenAnswer.Read(text) is { Meaning: not null } or { Choice: not null };
}
