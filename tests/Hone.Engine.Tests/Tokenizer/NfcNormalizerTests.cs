using System.Text;
using Hone.Engine.Tokenization.Normalizing;

namespace Hone.Engine.Tests.Tokenization;

public sealed class NfcNormalizerTests
{
    [Fact]
    public void Random_text_becomes_what_the_platform_makes_of_it_whole()
    {
        // Letters with marks of many classes, jamo, and arbitrary code points, so that segments meet in every way.
        int[] pool = [0x41, 0x65, 0x301, 0x323, 0x307, 0x327, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x212B, 0x9C7, 0x9BE, 0x3099, 0x304B, 0x110BA, 0x11099, 0x1D157, 0x1D165, 0xFB2A, 0x958];
        var random = new Random(7);
        NfcNormalizer normalizer = NfcNormalizer.Create();
        for (int round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                int value = random.Next(3) > 0 ? pool[random.Next(pool.Length)] : random.Next(0x20, 0x32000);
                text.Append(Rune.IsValid(value) ? new Rune(value) : new Rune('x'));
            }
            string original = text.ToString();
            MappedText mapped = normalizer.Apply(new MappedText(original, 0));
            Assert.Equal(original.Normalize(NormalizationForm.FormC), mapped.Text);
            int reached = 0;
            for (int i = 0; i < mapped.Text.Length; i++)
            {
                Assert.True(mapped.StartOf(i) <= reached && mapped.EndOf(i) >= reached, "the stretches must cover the original in order");
                reached = mapped.EndOf(i);
            }
            Assert.Equal(original.Length, reached);
        }
    }

    [Fact]
    public void Chars_know_what_they_stand_for()
    {
        MappedText mapped = NfcNormalizer.Create().Apply(new MappedText("ae\u0301b", 10));
        Assert.Equal("a\u00e9b", mapped.Text);
        Assert.Equal([(10, 11), (11, 13), (13, 14)], Enumerable.Range(0, 3).Select(i => (mapped.StartOf(i), mapped.EndOf(i))));
    }

    [Fact]
    public void Half_a_pair_stays_and_the_rest_is_normalised()
    {
        Assert.Equal("\uD800\u00e9\uDC00", NfcNormalizer.Create().Apply(new MappedText("\uD800e\u0301\uDC00", 0)).Text);
    }
}
