namespace Hone.Training.Rewards;

/// <summary>Whether two written numbers are the same number, exactly: no rounding, no tolerance.</summary>
/// <remarks>Read are integers, decimals (27.0, .5, 1.5e3), thousands separators (1,234), fractions (a/b and LaTeX's
/// <c>\frac{a}{b}</c>) and signs, also Unicode's minus. Currency and percent signs, white space and one trailing period
/// around the number are dropped: 50% equals 50, not 0.5. Text longer than 1,000 characters is not a number.</remarks>
public static class NumericEquality
{
    /// <summary>True if both texts are numbers and equal; false otherwise, null and
    /// text without a number included.</summary>
    /// <param name="gold">The true answer.</param>
    /// <param name="answer">The answer given.</param>
    /// <returns>Never throws. Two texts that are no numbers are not equal, even if they are the same.</returns>
    /// <example><code>NumericEquality.Equal("1,234", "$1234.00") // true</code></example>
    public static bool Equal(string? gold, string? answer) =>
        ExactNumber.TryParse(gold, out ExactNumber a)
        && ExactNumber.TryParse(answer, out ExactNumber b)
        && a.IsSameAs(b);

    /// <summary>Whether the text is a number to <see cref="Equal"/>: a gold answer that
    /// is not can never be met.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>True if it can equal something.</returns>
    public static bool IsNumber(string? text) => ExactNumber.TryParse(text, out _);
}
