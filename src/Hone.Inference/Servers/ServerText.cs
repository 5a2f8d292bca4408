using System.Globalization;
using System.Text;

namespace Hone.Inference.Servers;

/// <summary>Text of a server in messages: one line, not too long, without the key.</summary>
internal static class ServerText
{
    private const int Longest = 200;

    internal static string Masked(string text, string? key) =>
        string.IsNullOrEmpty(key) ? text : text.Replace(key, "[key]", StringComparison.Ordinal);

    internal static string OneLine(string text, string? key = null)
    {
        string safe = Masked(text, key);
        var line = new StringBuilder();
        foreach (char c in safe.AsSpan(0, Math.Min(safe.Length, Longest)))
        {
            line.Append(char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? ' ' : c);
        }

        return line.Append(safe.Length > Longest ? "..." : "").ToString().Trim().TrimEnd('.');
    }
}
