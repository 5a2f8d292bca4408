namespace Hone.Training.Rewards;

/// <summary>Finds LaTeX boxes in one pass, however deep the braces nest.</summary>
internal static class BoxedAnswer
{
    /// <summary>Braces deeper than this are balanced but not remembered, so a box down there is not seen.</summary>
    internal const int DeepestBox = 256;

    /// <summary>Content of the balanced box that opens last; null if there is none.</summary>
    internal static string? Last(ReadOnlySpan<char> text)
    {
        // For each open brace: where its box's content starts, or -1 if it is a plain brace.
        Span<int> open = stackalloc int[DeepestBox];
        int depth = 0;
        int bestStart = -1;
        int bestEnd = -1;
        int i = 0;
        while (i < text.Length)
        {
            int content = ContentStart(text, i);
            if (content > 0 || text[i] == '{')
            {
                if (depth < DeepestBox)
                {
                    open[depth] = content;
                }

                depth++;
                i = content > 0 ? content : i + 1;
                continue;
            }

            if (text[i] == '}' && depth > 0)
            {
                depth--;
                if (depth < DeepestBox && open[depth] > bestStart)
                {
                    (bestStart, bestEnd) = (open[depth], i);
                }
            }

            // What follows a backslash is escaped: \{ and \} are letters, and the second of \\ starts no command.
            i += text[i] == '\\' ? 2 : 1;
        }

        return bestStart < 0 ? null : text[bestStart..bestEnd].ToString();
    }

    private static int ContentStart(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        int name = rest.StartsWith(@"\boxed", StringComparison.Ordinal) ? 6
            : rest.StartsWith(@"\fbox", StringComparison.Ordinal) ? 5
            : 0;
        if (name == 0)
        {
            return -1;
        }

        int brace = name;
        while (brace < rest.Length && rest[brace] == ' ')
        {
            brace++;
        }

        return brace < rest.Length && rest[brace] == '{' ? at + brace + 1 : -1;
    }
}
