using System.Runtime.InteropServices;
using Hone.Engine.Files;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>Splits at the matches of a pattern; the behaviour says where the matches themselves go.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    internal static SplitPreTokenizer ReadSettings(JsonField field)
    {
        return new SplitPreTokenizer(
            TextPattern.Read(field.Get("pattern")), ReadBehavior(field.Get("behavior")),
            field.Find("invert")?.Flag() ?? false);
    }

    internal static SplitBehavior ReadBehavior(JsonField? field)
    {
        return field?.Text() switch
        {
            null or "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            "Contiguous" => SplitBehavior.Contiguous,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            _ => throw field.Value.Wrong("Isolated, Removed, Contiguous, MergedWithPrevious or MergedWithNext"),
        };
    }

    internal override void Split(Piece piece, List<Piece> parts)
    {
        List<(TextRange Range, bool IsMatch)> stretches = Stretches(piece.Text);
        if (behavior == SplitBehavior.MergedWithNext)
        {
            MergeWithNext(stretches);
        }
        bool previousIsMatch = false;
        int first = parts.Count;
        foreach ((TextRange range, bool isMatch) in stretches)
        {
            bool joins = parts.Count > first && behavior switch
            {
                SplitBehavior.Contiguous => isMatch == previousIsMatch,
                SplitBehavior.MergedWithPrevious => isMatch && !previousIsMatch,
                _ => false,
            };
            if (joins)
            {
                ref Piece last = ref CollectionsMarshal.AsSpan(parts)[^1];
                last = last with { End = piece.Start + range.End };
            }
            else if (!(isMatch && behavior == SplitBehavior.Removed))
            {
                parts.Add(piece.Part(range));
            }
            previousIsMatch = isMatch;
        }
    }

    /// <summary>The matches and the gaps between them, in order, none empty.</summary>
    private List<(TextRange Range, bool IsMatch)> Stretches(ReadOnlySpan<char> text)
    {
        var matches = new List<TextRange>();
        pattern.Find(text, matches);
        var stretches = new List<(TextRange, bool)>(matches.Count);
        int end = 0;
        foreach (TextRange match in matches)
        {
            if (match.Start > end)
            {
                stretches.Add((new TextRange(end, match.Start), invert));
            }
            stretches.Add((match, !invert));
            end = match.End;
        }
        if (end < text.Length)
        {
            stretches.Add((new TextRange(end, text.Length), invert));
        }
        return stretches;
    }

    /// <summary>Joins each match to the stretch behind it, unless that is a match as well.</summary>
    private static void MergeWithNext(List<(TextRange Range, bool IsMatch)> stretches)
    {
        int kept = 0;
        for (int i = 0; i < stretches.Count; i++, kept++)
        {
            (TextRange range, bool isMatch) = stretches[i];
            if (isMatch && i + 1 < stretches.Count && !stretches[i + 1].IsMatch)
            {
                i++;
                range = new TextRange(range.Start, stretches[i].Range.End);
            }
            stretches[kept] = (range, false);
        }
        stretches.RemoveRange(kept, stretches.Count - kept);
    }
}

/// <summary>Where a match goes.</summary>
internal enum SplitBehavior
{
    /// <summary>A piece of its own.</summary>
    Isolated,

    /// <summary>Nowhere.</summary>
    Removed,

    /// <summary>Neighbouring matches make one piece.</summary>
    Contiguous,

    /// <summary>To the end of the stretch before it.</summary>
    MergedWithPrevious,

    /// <summary>To the beginning of the stretch behind it.</summary>
    MergedWithNext,
}
