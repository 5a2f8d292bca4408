using System.Text;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Texts that nobody would write, for properties that must hold for all.</summary>
internal static class RandomText
{
    private static readonly string[] Fragments =
    [
        " ", "  ", "\n", "\r\n", "\t", "word", " Word", "'s", "12345", "3.14", "?!", "_", "e\u0301", "\u1100\u1161\u11A8", "\u0301\u0323", "\0", "\u202E",
        "\u2066", "\uFEFF", "\uFFFD", "\uFFFF", "\u0120", "\u2581", "<|im_start|>", "<0xE2>", "\U0001F468\u200D\U0001F469", "\U0001D7CF", "\U000E0100",
    ];

    /// <summary>
    /// Up to 40 fragments, code points of all planes, and halves of surrogate pairs.
    /// </summary>
    internal static string Next(Random random)
    {
        var text = new StringBuilder();
        for (int count = random.Next(40); count > 0; count--)
        {
            switch (random.Next(8))
            {
                case 0:
                    text.Append((char)random.Next(0xD800, 0xE000));
                    break;
                case 1 or 2:
                    int plane = random.Next(17) << 16;
                    int value = plane | random.Next(0x10000);
                    text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "x");
                    break;
                case 3:
                    text.Append((char)random.Next(0x100));
                    break;
                default:
                    text.Append(Fragments[random.Next(Fragments.Length)]);
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>The text with each half of a surrogate pair replaced, as UTF-8 must.</summary>
    internal static string WithoutHalves(string text)
    {
        return string.Concat(text.EnumerateRunes());
    }
}
