using System.Text;
using System.Text.Json;
using Hone.Engine.Tokenization.Normalizing;

namespace Hone.Engine.Tests.Tokenization;

public sealed class NfcNormalizerTests
{
    [Fact]
    public void Random_text_becomes_what_the_platform_makes_of_it_whole()
    {
        // Letters with marks of many classes, jamo, and arbitrary characters of blocks that have long been full, since the
        // platform may know an older Unicode.
        int[] pool = [0x41, 0x65, 0x301, 0x323, 0x307, 0x327, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x212B, 0x9C7, 0x9BE, 0x3099, 0x304B, 0x110BA, 0x11099, 0x1D157, 0x1D165, 0xFB2A, 0x958];
        var random = new Random(7);
        var normalizer = new NfcNormalizer();
        for (int round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                int value = random.Next(3) > 0 ? pool[random.Next(pool.Length)] : random.Next(0x20, 0x800);
                text.Append(Rune.IsValid(value) ? new Rune(value) : new Rune('x'));
            }
            string original = text.ToString();
            MappedText mapped = normalizer.Apply(new MappedText(original, 0));
            Assert.Equal(original.Normalize(NormalizationForm.FormC), mapped.Text);
            AssertCovers(mapped, original.Length);
        }
    }

    [Fact]
    public void Vectors_of_unicode_17_match()
    {
        string[][] vectors = JsonSerializer.Deserialize<string[][]>(File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "Vectors", "tokenizers", "normalization.json")))!;
        Assert.Equal(600, vectors.Length);
        var normalizer = new NfcNormalizer();
        foreach (string[] pair in vectors)
        {
            string original = Text(pair[0]);
            MappedText mapped = normalizer.Apply(new MappedText(original, 0));
            Assert.Equal(Text(pair[1]), mapped.Text);
            AssertCovers(mapped, original.Length);
        }
    }

    [Fact]
    public void Every_character_becomes_what_the_platform_makes_of_it()
    {
        var normalizer = new NfcNormalizer();
        var different = new List<string>();
        for (int value = 0; value < 0x110000; value++)
        {
            // The platform normalises nothing that is not a character.
            if (!Rune.IsValid(value) || (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF)
            {
                continue;
            }
            string original = new Rune(value).ToString();
            if (normalizer.Apply(new MappedText(original, 0)).Text != original.Normalize(NormalizationForm.FormC))
            {
                different.Add($"U+{value:X}");
            }
        }
        Assert.Empty(different);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(500_001)]
    public void Any_number_of_marks_is_sorted_in_time(int count)
    {
        // Marks of two classes in the wrong order: moving each to its place one by one would take hours.
        string original = "a" + string.Concat(Enumerable.Range(0, count).Select(i => i % 2 == 0 ? '\u0301' : '\u0323'));
        string text = new NfcNormalizer().Apply(new MappedText(original, 0)).Text;
        Assert.Equal("\u1EA1" + new string('\u0323', (count / 2) - 1) + new string('\u0301', (count + 1) / 2), text);
    }

    [Fact]
    public void Chars_know_what_they_stand_for()
    {
        MappedText mapped = new NfcNormalizer().Apply(new MappedText("ae\u0301b", 10));
        Assert.Equal("a\u00e9b", mapped.Text);
        Assert.Equal([(10, 11), (11, 13), (13, 14)], Enumerable.Range(0, 3).Select(i => (mapped.StartOf(i), mapped.EndOf(i))));
    }

    [Fact]
    public void Half_a_pair_stays_and_the_rest_is_normalised()
    {
        Assert.Equal("\uD800\u00e9\uDC00", new NfcNormalizer().Apply(new MappedText("\uD800e\u0301\uDC00", 0)).Text);
        Assert.Equal("\uD800\u0301", new NfcNormalizer().Apply(new MappedText("\uD800\u0301", 0)).Text);
    }

    private static void AssertCovers(MappedText mapped, int length)
    {
        int reached = 0;
        for (int i = 0; i < mapped.Text.Length; i++)
        {
            Assert.True(mapped.StartOf(i) <= reached && mapped.EndOf(i) >= reached, "the stretches must cover the original in order");
            reached = mapped.EndOf(i);
        }
        Assert.Equal(length, reached);
    }

    private static string Text(string points)
    {
        return string.Concat(points.Split(' ').Select(point => new Rune(Convert.ToInt32(point, 16)).ToString()));
    }
}
