using System.Text;

namespace Hone.Cli.Output;

/// <summary>Text that a model wrote, made harmless for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Replaces control characters, except line feed and tab, so that no escape sequence gets through.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (char unit in text)
        {
            clean.Append(char.IsControl(unit) && unit is not ('\n' or '\t') ? '\uFFFD' : unit);
        }

        return clean.ToString();
    }
}
