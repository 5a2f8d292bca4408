using System.Diagnostics;
using System.Text;
using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>
/// A megabyte of anything is encoded in time. Each takes about a tenth of a second on one idle core; a step whose time
/// grows with the square of the length would take minutes.
/// </summary>
public sealed class LongTextTests
{
    private const int Megabyte = 1_000_000;

    /// <summary>For one text on a machine that is busy with other work.</summary>
    private const double MostSeconds = 10;

    private static readonly Lazy<Tokenizer[]> Tokenizers = new(
        () =>
        [
            Load(Build(Gpt2Model(), ByteLevel, decoder: ByteLevel, added: Added(50257, "<|im_start|>"))),
            Load(Build(
                Gpt2Model(pairs: true), Sequence("pretokenizers", Split(OneDigitWords), ByteLevelAlone),
                """{"type":"NFC"}""", decoder: ByteLevel)),
            Load(Build(
                Gpt2Model(more: ",\"ignore_merges\":true"), Sequence("pretokenizers", Split(LaterWords), ByteLevelAlone),
                decoder: ByteLevel)),
        ],
        LazyThreadSafetyMode.PublicationOnly);

    public static TheoryData<string> Units =>
    [
        "a", " ", "\n", "\r\n", " \n", "   x", "0", "0123456789", "'", "!", "\U0001F469\u200D", "\u0301\u0323", "\u0323", "\u1161", "\u6f22\u5b57",
        "<|im_star", "<|im_start|>", "\u00e9", "\uD800", "\t\u3000", "The quick brown fox didn't jump over 13 lazy dogs. ",
    ];

    [Theory]
    [MemberData(nameof(Units))]
    public void A_megabyte_of_anything_is_encoded_in_time(string unit)
    {
        string text = Repeat(unit, Megabyte);
        foreach (Tokenizer tokenizer in Tokenizers.Value)
        {
            var clock = Stopwatch.StartNew();
            int[] ids = tokenizer.Encode(text);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
            clock.Restart();
            string back = tokenizer.Decode(ids, skipSpecialTokens: false);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
            Assert.Equal(RandomText.WithoutHalves(tokenizer == Tokenizers.Value[1] && unit != "\uD800" ? text.Normalize() : text), back);
        }
    }

    [Fact]
    public void A_word_of_random_letters_is_encoded_in_time()
    {
        var random = new Random(5);
        string word = string.Concat(Enumerable.Range(0, 100_000).Select(_ => (char)('a' + random.Next(26))));
        foreach (Tokenizer tokenizer in Tokenizers.Value)
        {
            var clock = Stopwatch.StartNew();
            TokenizedText encoded = tokenizer.EncodeWithOffsets(word);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
            Assert.Equal(word, tokenizer.Decode(encoded.Ids));
        }
    }

    private static string Repeat(string unit, int bytes)
    {
        return new StringBuilder().Insert(0, unit, bytes / Encoding.UTF8.GetByteCount(unit)).ToString();
    }
}
