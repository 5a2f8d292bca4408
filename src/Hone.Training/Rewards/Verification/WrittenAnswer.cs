namespace Hone.Training.Rewards.Verification;

/// <summary>An answer as it was written: its tokens, and what they mean.</summary>
/// <param name="Tokens">Without noise.</param>
/// <param name="Meaning">What was read; null where it is no mathematics.</param>
/// <param name="Choice">The letter of a choice, A to J; null where it is none.</param>
/// <param name="MarkedChoice">Whether the letter is marked as a choice, as in (A).</param>
internal sealed record WrittenAnswer(IReadOnlyList<MathToken> Tokens, MathNode? Meaning, char? Choice, bool MarkedChoice)
{
    private const char LastChoice = 'J';

    /// <summary>Reads an answer of bounded length.</summary>
    internal static WrittenAnswer Read(string text)
    {
        text = WithoutEmphasis(text);
        bool words = IsWords(text);
        List<MathToken> tokens = WithoutBraces(MathLexer.Read(text, words));
        (char? choice, bool marked) = ChoiceOf(tokens);

        // A short word may be a product of variables too: xy is yx.
        List<MathToken> read = words && tokens.Count == 1 ? MathLexer.Read(text, words: false) : tokens;
        return new WrittenAnswer(tokens, marked ? null : MathParser.Parse(read), choice, marked);
    }

    /// <summary>Whether the two consist of the same tokens, or name the same choice.</summary>
    internal bool SaysTheSameAs(WrittenAnswer other) =>
        SameTokens(other.Tokens)
        || (Choice is not null && Choice == other.Choice && (MarkedChoice || other.MarkedChoice));

    private bool SameTokens(IReadOnlyList<MathToken> other)
    {
        int same = 0;
        while (same < Tokens.Count && same < other.Count && Tokens[same].Text == other[same].Text && Tokens[same].Kind == other[same].Kind)
        {
            same++;
        }

        return same > 0 && same == Tokens.Count && same == other.Count;
    }

    // {5} is 5; {1}{2} keeps its braces.
    private static List<MathToken> WithoutBraces(List<MathToken> tokens)
    {
        int opening = tokens.TakeWhile(token => token.Is("{")).Count();
        int closing = tokens.AsEnumerable().Reverse().TakeWhile(token => token.Is("}")).Count();
        int depth = opening;
        int lowest = Math.Min(opening, closing);
        for (int i = opening; i < tokens.Count - closing; i++)
        {
            depth += tokens[i].Is("{") ? 1 : tokens[i].Is("}") ? -1 : 0;
            lowest = Math.Min(lowest, depth);
        }

        bool balanced = depth == closing && lowest > 0 && tokens.Count > opening + closing;
        return balanced ? tokens[lowest..^lowest] : tokens;
    }

    // Markdown's bold.
    private static string WithoutEmphasis(string text)
    {
        text = text.Trim();
        return text.Length > 4 && text.StartsWith("**", StringComparison.Ordinal) && text.EndsWith("**", StringComparison.Ordinal) ? text[2..^2] : text;
    }

    // Letters and spaces only, with a run of two or more: "no" is a word, not n times o.
    private static bool IsWords(string text)
    {
        bool run = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsLetter(text[i]) && text[i] is not (' ' or '-' or '\'' or '.' or ','))
            {
                return false;
            }

            run |= i > 0 && char.IsLetter(text[i]) && char.IsLetter(text[i - 1]);
        }

        return run && !LatexCommands.PlainWords.ContainsKey(text.TrimEnd('.'));
    }

    // C, (C), C), \text{C}, option C.
    private static (char? Letter, bool Marked) ChoiceOf(List<MathToken> tokens)
    {
        int start = 0;
        int end = tokens.Count;
        if (end > 1 && (tokens[0].IsWord("option") || tokens[0].IsWord("choice")))
        {
            start++;
        }

        if (end > 1 && tokens[^1].Is(")"))
        {
            end--;
            start += tokens[start].Is("(") ? 1 : 0;
        }

        if (end - start != 1 || tokens[start].Text.Length != 1 || tokens[start].Kind is not (TokenKind.Word or TokenKind.Symbol))
        {
            return (null, false);
        }

        bool marked = tokens.Count > 1 || tokens[start].Kind == TokenKind.Word;
        char letter = char.ToUpperInvariant(tokens[start].Text[0]);
        return letter is >= 'A' and <= LastChoice ? (letter, marked) : (null, false);
    }
}
