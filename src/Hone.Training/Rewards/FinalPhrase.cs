using Hone.Training.Rewards.Verification;

namespace Hone.Training.Rewards;

/// <summary>Finds answers that a sentence announces: "The answer is 18.", "Final answer: $\frac{1}{2}$".</summary>
internal static class FinalPhrase
{
    private const string Noun = "answer";
    private const int MostWords = 4;
    private const int LongestWords = 60;
    private static readonly string[] Links = ["is", "are", ":", "="];

    /// <summary>What the last such sentence announces; null where there is none, or where it is neither an answer nor words
    /// without a digit.</summary>
    internal static string? Last(string text)
    {
        int at = text.Length;
        while (at > 0 && (at = text.LastIndexOf(Noun, at - 1, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            if (AfterLink(text, at + Noun.Length) is int start)
            {
                string found = Sentence(text, start);
                return IsAnswerOrWords(found) ? found : null;
            }
        }

        return null;
    }

    /// <summary>Whether the text is an answer and nothing else, or a few words without a digit.</summary>
    internal static bool IsAnswerOrWords(string text)
    {
        ReadOnlySpan<char> line = text.AsSpan().Trim();
        bool words = line.Length <= LongestWords && !line.ContainsAnyInRange('0', '9') && !line.ContainsAny('\r', '\n')
            && line.Count(' ') < MostWords;
        return !line.IsEmpty && (words || MathEquality.IsAnswer(text));
    }

    // Behind "answers", "answer**", "answer is:": where what it announces starts.
    private static int? AfterLink(string text, int at)
    {
        at += At(text, at) is 's' or 'S' ? 1 : 0;
        at = Blanks(text, at);
        string? link = Array.Find(Links, link => string.Compare(text, at, link, 0, link.Length, StringComparison.OrdinalIgnoreCase) == 0);
        if (link is null)
        {
            return null;
        }

        at += link.Length;
        return char.IsLetterOrDigit(At(text, at)) && char.IsLetter(link[0]) ? null : Blanks(text, At(text, at) == ':' ? at + 1 : at);
    }

    private static string Sentence(string text, int start)
    {
        int line = text.AsSpan(start).IndexOfAny('\r', '\n');
        ReadOnlySpan<char> rest = line < 0 ? text.AsSpan(start) : text.AsSpan(start, line);
        foreach ((string open, string close) in new[] { ("$$", "$$"), ("$", "$"), (@"\(", @"\)"), (@"\[", @"\]") })
        {
            int length = rest.StartsWith(open, StringComparison.Ordinal) ? rest[open.Length..].IndexOf(close, StringComparison.Ordinal) : -1;
            if (length > 0)
            {
                return rest.Slice(open.Length, length).ToString();
            }
        }

        int end = rest.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? rest : rest[..end]).Trim().Trim('*').TrimEnd('.').ToString();
    }

    private static int Blanks(string text, int at)
    {
        while (At(text, at) is ' ' or '*')
        {
            at++;
        }

        return at;
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';
}
