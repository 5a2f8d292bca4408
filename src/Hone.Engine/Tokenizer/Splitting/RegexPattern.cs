using System.Diagnostics;
using System.Text.RegularExpressions;
using Hone.Engine.Files;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>
/// Any other expression, run by .NET's engine. That engine sees surrogate halves, so each character beyond U+FFFF is
/// shown to it as one BMP character of the same Unicode category.
/// </summary>
internal sealed class RegexPattern : TextPattern
{
    private const int LongestExpression = 10_000;

    // .NET's message repeats the whole expression.
    private const int LongestComplaint = 300;

    /// <summary>For one match, so that an expression that explodes ends in an error and not in waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For all matches of a text, per char and on top of that: a hundred times what common ones take.</summary>
    private static readonly TimeSpan PatiencePerChar = TimeSpan.FromMicroseconds(20);

    private readonly string _path;
    private readonly Regex _regex;

    internal RegexPattern(string expression, JsonField field)
    {
        _path = field.Path;
        if (expression.Length > LongestExpression)
        {
            throw field.Wrong($"at most {LongestExpression} characters");
        }
        try
        {
            _regex = Linear(expression) ?? new Regex(expression, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException e)
        {
            throw field.Error(
                $"is {BadFile.Quote(expression)}",
                $"an expression that .NET understands ({BadFile.OneLine(e.Message.TrimEnd('.'), LongestComplaint)})",
                "ask for this tokenizer to be supported");
        }
    }

    internal override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        TimeSpan patience = Patience + (PatiencePerChar * text.Length);
        var clock = Stopwatch.StartNew();
        try
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            {
                foreach (ValueMatch match in _regex.EnumerateMatches(text))
                {
                    Add(match.Index, match.Index + match.Length);
                }
                return;
            }
            char[] shown = CategoryStandIns.Replace(text, out int[] positions);
            foreach (ValueMatch match in _regex.EnumerateMatches(shown))
            {
                Add(positions[match.Index], positions[match.Index + match.Length]);
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw BadFile.Error(
                _path, $"the expression {BadFile.Quote(_regex.ToString())} ran for {clock.Elapsed.TotalSeconds:f0} s",
                "split the text into shorter ones", e);
        }

        void Add(int start, int end)
        {
            // The engine's own limit is for one match only.
            if (clock.Elapsed > patience)
            {
                throw new RegexMatchTimeoutException();
            }
            if (end > start)
            {
                matches.Add(new TextRange(start, end));
            }
        }
    }

    /// <summary>The expression for the engine that never goes back, unless it looks around or refers back.</summary>
    private static Regex? Linear(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
