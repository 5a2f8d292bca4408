using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Properties of encoding and decoding on random Unicode.</summary>
public sealed class RoundTripTests
{
    private const int Rounds = 3000;

    private static readonly string[] Patterns = [LaterWords, OneDigitWords, "(?:zzzz)|" + LaterWords];

    public static TheoryData<string, string?> Pipelines
    {
        get
        {
            var data = new TheoryData<string, string?> { { ByteLevel, null }, { ByteLevelAlone, null } };
            foreach (string pattern in Patterns)
            {
                data.Add(Sequence("pretokenizers", Split(pattern), ByteLevelAlone), null);
                data.Add(Sequence("pretokenizers", Split(pattern), ByteLevelAlone), """{"type":"NFC"}""");
            }
            data.Add(Sequence("pretokenizers", """{"type":"Digits","individual_digits":true}""", ByteLevel), null);
            data.Add(Sequence("pretokenizers", """{"type":"Punctuation","behavior":"Contiguous"}""", ByteLevel), """{"type":"Lowercase"}""");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Text_comes_back_and_every_token_knows_its_part(string preTokenizer, string? normalizer)
    {
        Tokenizer tokenizer = ByteTokens(preTokenizer, normalizer, Added(256, "<|im_start|>"));
        AssertProperties(tokenizer, normalizer is null);
    }

    [Fact]
    public void Gpt2s_vocabulary_keeps_every_text()
    {
        AssertProperties(Load(Build(Gpt2Model(), ByteLevel, decoder: ByteLevel, added: Added(50257, "<|im_start|>"))), exact: true);
    }

    [Fact]
    public void Byte_fallback_keeps_every_text()
    {
        const string Marks = """{"type":"Replace","pattern":{"String":" "},"content":"\u2581"}""";
        const string Spaces = """{"type":"Replace","pattern":{"String":"\u2581"},"content":" "}""";
        string[] tokens = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "\u2581", "w", "o", "wo"];
        Tokenizer tokenizer = Load(Build(
            Bpe(tokens, "w o", ",\"byte_fallback\":true,\"unk_token\":\"<0x00>\",\"fuse_unk\":true"), normalizer: Marks,
            decoder: Sequence("decoders", Spaces, """{"type":"ByteFallback"}""", """{"type":"Fuse"}""")));
        var random = new Random(4);
        for (int round = 0; round < Rounds; round++)
        {
            // The mark itself reads back as a space: that is the format's, not ours, to mend.
            string text = RandomText.Next(random).Replace('\u2581', ' ');
            int[] ids = tokenizer.Encode(text);
            Assert.Equal(RandomText.WithoutHalves(text), tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Random_ids_stream_to_what_they_decode_to()
    {
        Tokenizer[] tokenizers =
        [
            Load(Build(Gpt2Model(), ByteLevel, decoder: ByteLevel)), TokenizerFile.Load(SharedFolder.Require("models", "stories260K")),
        ];
        var random = new Random(9);
        foreach (Tokenizer tokenizer in tokenizers)
        {
            for (int round = 0; round < Rounds; round++)
            {
                int[] ids = [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(tokenizer.VocabularySize))];
                StreamingDecoder decoder = tokenizer.CreateDecoder();
                string[] pieces = [.. ids.Select(decoder.Push), decoder.Finish()];
                Assert.Equal(tokenizer.Decode(ids), string.Concat(pieces));
                Assert.All(pieces, piece => Assert.Equal(piece, RandomText.WithoutHalves(piece)));
            }
        }
    }

    private static void AssertProperties(Tokenizer tokenizer, bool exact)
    {
        var random = new Random(11);
        for (int round = 0; round < Rounds; round++)
        {
            string text = RandomText.Next(random);
            TokenizedText encoded = tokenizer.EncodeWithOffsets(text);
            Assert.Equal(tokenizer.Encode(text), encoded.Ids);
            if (exact)
            {
                Assert.Equal(RandomText.WithoutHalves(text), tokenizer.Decode(encoded.Ids, skipSpecialTokens: false));
            }
            int start = 0, reached = 0;
            foreach (TextRange range in encoded.Ranges)
            {
                Assert.InRange(range.Start, start, reached);
                Assert.InRange(range.End, reached, text.Length);
                (start, reached) = (range.Start, range.End);
            }
            Assert.Equal(text.Length, reached);
        }
    }
}
