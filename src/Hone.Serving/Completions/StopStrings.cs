using System.Text;

namespace Hone.Serving.Completions;

/// <summary>
/// Looks for texts that end a completion in text that comes in pieces. What could be the beginning of one is held back until it
/// is certain.
/// </summary>
/// <param name="stops">The texts; none is empty.</param>
/// <param name="keep">Whether the one that is found stays in the text.</param>
internal sealed class StopStrings(string[] stops, bool keep)
{
    private readonly StringBuilder _held = new();

    /// <summary>The text that was found, once one was.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes more text; answers what is certain to belong to the completion.</summary>
    public string Push(string text)
    {
        if (stops.Length == 0 || Found is not null)
        {
            return Found is null ? text : "";
        }

        string all = _held.Append(text).ToString();
        _held.Clear();
        int at = -1;
        foreach (string stop in stops)
        {
            int place = all.IndexOf(stop, StringComparison.Ordinal);
            if (place >= 0 && (at < 0 || place < at))
            {
                (at, Found) = (place, stop);
            }
        }

        if (Found is not null)
        {
            return all[..(at + (keep ? Found.Length : 0))];
        }

        int certain = all.Length - Beginning(all);
        _held.Append(all, certain, all.Length - certain);
        return all[..certain];
    }

    /// <summary>What was held back, for no more text comes.</summary>
    public string Finish()
    {
        string rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    // Chars at the end of the text that begin one of the stops; the most of them.
    private int Beginning(string all)
    {
        int longest = Math.Min(all.Length, stops.Max(stop => stop.Length) - 1);
        for (int length = longest; length > 0; length--)
        {
            ReadOnlySpan<char> end = all.AsSpan(all.Length - length);
            foreach (string stop in stops)
            {
                if (stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
