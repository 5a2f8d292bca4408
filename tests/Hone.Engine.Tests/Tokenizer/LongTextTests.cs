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

    private static readonly Lazy<Tokenizer> Gpt2 = new(
        () => Load(Build(Gpt2Model(), ByteLevel, decoder: ByteLevel, added: Added(50257, "<|im_start|>"))),
        LazyThreadSafetyMode.PublicationOnly);

    private static readonly Lazy<Tokenizer> Qwen2 = new(
        () => Load(Build(
            Gpt2Model(pairs: true), Sequence("pretokenizers", Split(OneDigitWords), ByteLevelAlone), """{"type":"NFC"}""",
            decoder: ByteLevel)),
        LazyThreadSafetyMode.PublicationOnly);

    private static readonly Lazy<Tokenizer> Llama3 = new(
        () => Load(Build(
            Gpt2Model(more: ",\"ignore_merges\":true"), Sequence("pretokenizers", Split(LaterWords), ByteLevelAlone),
            decoder: ByteLevel)),
        LazyThreadSafetyMode.PublicationOnly);

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("0123456789")]
    [InlineData("<|im_star")]
    [InlineData("<|im_start|>")]
    [InlineData("   x")]
    [InlineData("\U0001F469\u200D")]
    public void A_megabyte_under_gpt2s_rules_is_encoded_in_time(string unit)
    {
        AssertFast(Gpt2.Value, unit);
    }

    [Theory]
    [InlineData("'")]
    [InlineData("\r\n")]
    [InlineData(" \n")]
    [InlineData("\u0301")]
    [InlineData("\u0323\u0323\u0323")]
    [InlineData("\u1161")]
    [InlineData("\u00e9")]
    public void A_megabyte_under_qwen2s_rules_is_encoded_in_time(string unit)
    {
        AssertFast(Qwen2.Value, unit);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("!")]
    [InlineData("\t\u3000")]
    [InlineData("\u6f22\u5b57")]
    [InlineData("The quick brown fox didn't jump over 13 lazy dogs. ")]
    public void A_megabyte_under_llama3s_rules_is_encoded_in_time(string unit)
    {
        AssertFast(Llama3.Value, unit);
    }

    [Fact]
    public void Half_a_million_marks_in_the_wrong_order_are_encoded_in_time()
    {
        var clock = Stopwatch.StartNew();
        string text = string.Concat(Enumerable.Repeat("\u0301\u0323", 250_000));
        string sorted = new string('\u0323', 250_000) + new string('\u0301', 250_000);
        Assert.Equal(sorted, Qwen2.Value.Decode(Qwen2.Value.Encode(text)));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
    }

    [Fact]
    public void A_word_of_random_letters_is_encoded_in_time()
    {
        var random = new Random(5);
        string word = string.Concat(Enumerable.Range(0, 100_000).Select(_ => (char)('a' + random.Next(26))));
        foreach (Tokenizer tokenizer in (Tokenizer[])[Gpt2.Value, Qwen2.Value, Llama3.Value])
        {
            var clock = Stopwatch.StartNew();
            TokenizedText encoded = tokenizer.EncodeWithOffsets(word);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
            Assert.Equal(word, tokenizer.Decode(encoded.Ids));
        }
    }

    private static void AssertFast(Tokenizer tokenizer, string unit)
    {
        string text = new StringBuilder().Insert(0, unit, Megabyte / Encoding.UTF8.GetByteCount(unit)).ToString();
        var clock = Stopwatch.StartNew();
        int[] ids = tokenizer.Encode(text);
        string back = tokenizer.Decode(ids, skipSpecialTokens: false);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, MostSeconds);
        Assert.Equal(text, back);
    }
}
