using System.Globalization;
using Hone.Engine.Files;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>
/// Keeps a file from asking for replacements upon replacements that would swell a short text beyond all memory.
/// </summary>
internal static class TextGrowth
{
    /// <summary>Far more than any published tokenizer needs: they swap characters, or one for a word.</summary>
    private const double Most = 256;

    private const int LongestPrefix = 256;

    internal static double OfReplacing(TextPattern pattern, string content)
    {
        int shortest = pattern is LiteralPattern literal ? literal.Value.Length : 1;
        return Math.Max(1, (double)content.Length / shortest);
    }

    internal static void Check(double growth, JsonField field)
    {
        if (growth > Most)
        {
            throw field.Error(
                string.Create(CultureInfo.InvariantCulture, $"can make a text {growth:g3} times as long"),
                $"at most {Most} times");
        }
    }

    internal static string ReadShort(JsonField field)
    {
        string text = field.Text();
        return text.Length <= LongestPrefix ? text : throw field.Wrong($"at most {LongestPrefix} characters");
    }
}
