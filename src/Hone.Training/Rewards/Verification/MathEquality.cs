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

        return Equal(WrittenAnswer.Read(gold), WrittenAnswer.Read(answer));
    }

    /// <summary>The same for answers that were read before.</summary>
    internal static bool Equal(WrittenAnswer gold, WrittenAnswer answer) =>
        gold.SaysTheSameAs(answer)
        || (gold.Meaning is MathNode a && answer.Meaning is MathNode b && new AnswerComparison().Same(a, b));

    /// <summary>Whether a text of one line is an answer and nothing else, as far as can be read.</summary>
    internal static bool IsAnswer(string text) =>
        text.Length <= LongestText
        && !text.AsSpan().Trim().ContainsAny('\r', '\n')
        && WrittenAnswer.Read(text) is { Meaning: not null } or { Choice: not null };
}
