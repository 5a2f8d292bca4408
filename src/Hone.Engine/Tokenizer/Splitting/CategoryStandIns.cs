using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>Rewrites text so that each code point is one char of its own Unicode category.</summary>
internal static class CategoryStandIns
{
    /// <summary>One rare BMP character of every category, in the order of <see cref="UnicodeCategory"/>.</summary>
    internal const string OfCategory =
        "\u2C00\u2C30\u1F88\u02C0\uA807" // Lu Ll Lt Lm Lo
        + "\u1A17\u1A19\u0488" // Mn Mc Me
        + "\uA8D0\u16EE\u0F2A" // Nd Nl No
        + "\u2003\u2028\u2029" // Zs Zl Zp
        + "\u0084\u2061\uFFFD\uE000" // Cc Cf, half a pair as U+FFFD, Co
        + "\uFE4F\u2E3A\u2E28\u2E29\u2E20\u2E21\u2E2E" // Pc Pd Ps Pe Pi Pf Po
        + "\u2A00\u20B0\uA700\u2800" // Sm Sc Sk So
        + "\u0378"; // Cn

    /// <summary>
    /// The rewritten text; `positions[i]` is where its char i began, and one more entry closes the list.
    /// </summary>
    internal static char[] Replace(ReadOnlySpan<char> text, out int[] positions)
    {
        var shown = new List<char>(text.Length);
        var starts = new List<int>(text.Length + 1);
        for (int index = 0; index < text.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text[index..], out Rune rune, out int length);
            starts.Add(index);
            // Half a pair decodes as U+FFFD.
            shown.Add(status != OperationStatus.Done || rune.IsBmp
                ? (char)rune.Value
                : OfCategory[(int)Rune.GetUnicodeCategory(rune)]);
            index += length;
        }
        starts.Add(text.Length);
        positions = [.. starts];
        return [.. shown];
    }
}
