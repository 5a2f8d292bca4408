using System.Globalization;
using System.Text;

namespace Hone.Engine.Files;

/// <summary>Builds the one-line messages for files that do not hold what they should.</summary>
internal static class BadFile
{
    private const int LongestQuote = 80;

    /// <summary>The exception for bad content: "path: what. Hint: hint".</summary>
    internal static InvalidDataException Error(string path, string what, string hint, Exception? inner = null)
    {
        return new InvalidDataException($"{path}: {what}. Hint: {hint}.", inner);
    }

    /// <summary>A value from a file, fit for one line: quoted, control characters escaped, cut when long.</summary>
    internal static string Quote(string value)
    {
        return $"'{OneLine(value, LongestQuote)}'";
    }

    /// <summary>Text from a file, fit for one line: control characters escaped, cut when long.</summary>
    internal static string OneLine(string value, int longest)
    {
        var text = new StringBuilder();
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, longest)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c);
            }
        }
        return text.Append(value.Length > longest ? "..." : "").ToString();
    }
}
