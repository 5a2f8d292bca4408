using System.Text.RegularExpressions;

namespace Hone.Training.Rewards;

/// <summary>1 if the completion ends in exactly the expected format, else 0, as for a truncated one.</summary>
public sealed class FormatReward : IReward
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    private readonly Func<RewardInput, bool> _matches;

    /// <summary>Expects exactly one <c>&lt;answer&gt;...&lt;/answer&gt;</c>, not blank, and nothing after it.</summary>
    /// <remarks>Where the prompt ends in the opening tag, the completion must not open another.</remarks>
    public FormatReward()
        : this(IsAnswerBlock)
    {
    }

    private FormatReward(Func<RewardInput, bool> matches) => _matches = matches;

    /// <inheritdoc/>
    public string Name => RewardFactory.Format;

    /// <summary>Expects the marker exactly once, then one last line that is not blank: "#### 18".</summary>
    /// <param name="marker">Not blank.</param>
    /// <returns>The reward.</returns>
    /// <exception cref="ArgumentException">The marker is blank.</exception>
    public static FormatReward WithMarker(string marker)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(marker);
        return new FormatReward(input => IsLastLine(input.Completion, marker));
    }

    /// <summary>Expects a match of a .NET regular expression somewhere in the
    /// completion; anchor it to pin it down.</summary>
    /// <remarks>Patterns without look-around and back-references run in time linear in the completion. Others may
    /// backtrack: one that runs into the timeout scores 0.</remarks>
    /// <param name="pattern">The expression; culture-invariant.</param>
    /// <param name="timeout">Limit for one match; 1 second if null.</param>
    /// <returns>The reward.</returns>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public static FormatReward WithPattern(string pattern, TimeSpan? timeout = null)
    {
        Regex regex = Linear(pattern, timeout ?? DefaultTimeout);
        return new FormatReward(input => IsMatch(regex, input.Completion));
    }

    /// <inheritdoc/>
    public double Score(in RewardInput input) => !input.Truncated && _matches(input) ? 1.0 : 0.0;

    private static bool IsAnswerBlock(RewardInput input)
    {
        string text = AnswerExtraction.WithOpenedTag(input.Completion, input.Prompt);
        int open = OnlyIndexOf(text, AnswerExtraction.OpenTag);
        int close = OnlyIndexOf(text, AnswerExtraction.CloseTag);
        int content = open + AnswerExtraction.OpenTag.Length;
        return open >= 0
            && close >= content
            && !text.AsSpan(content, close - content).IsWhiteSpace()
            && text.AsSpan(close + AnswerExtraction.CloseTag.Length).IsWhiteSpace();
    }

    private static bool IsLastLine(string text, string marker)
    {
        int at = OnlyIndexOf(text, marker);
        ReadOnlySpan<char> line = at < 0 ? default : text.AsSpan(at + marker.Length).TrimEnd();
        return !line.IsEmpty && !line.ContainsAny('\r', '\n');
    }

    private static int OnlyIndexOf(string text, string part)
    {
        int first = text.IndexOf(part, StringComparison.Ordinal);
        return first == text.LastIndexOf(part, StringComparison.Ordinal) ? first : -1;
    }

    private static Regex Linear(string pattern, TimeSpan timeout)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking, timeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, timeout);
        }
    }

    private static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
