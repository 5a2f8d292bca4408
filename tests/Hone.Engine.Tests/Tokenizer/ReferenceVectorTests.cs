using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Ids against those of other implementations, on real vocabularies.</summary>
public sealed class ReferenceVectorTests
{
    // Built on first use: each takes the time of reading a whole vocabulary, and is skipped where there is none.
    private static readonly Lazy<Tokenizer> Qwen2 = new(
        () => TokenizerJson.Load(TokenizerJson.Build(
                TokenizerJson.Gpt2Model(pairs: true),
                TokenizerJson.Sequence(
                    "pretokenizers", TokenizerJson.Split(TokenizerJson.OneDigitWords), TokenizerJson.ByteLevelAlone),
                normalizer: """{"type":"NFC"}""",
                decoder: TokenizerJson.ByteLevel,
                added: $"{TokenizerJson.Added(50257, "<|im_start|>")},{TokenizerJson.Added(50259, "<|im")}")), LazyThreadSafetyMode.PublicationOnly);

    private static readonly Lazy<Tokenizer> Llama3 = new(
        () => TokenizerJson.Load(TokenizerJson.Build(
                TokenizerJson.Gpt2Model(more: ",\"ignore_merges\":true"),
                TokenizerJson.Sequence(
                    "pretokenizers", TokenizerJson.Split(TokenizerJson.LaterWords), TokenizerJson.ByteLevelAlone),
                decoder: TokenizerJson.ByteLevel)), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>GPT-2's vocabulary under the rules of other families: ids made with the Rust package tokenizers 0.23.2.</summary>
    public static TheoryData<string, int[]> Qwen2Vectors => new()
    {
        { "I've SEEN 'em: DON'T they'LL  12345 3.14", [40, 1053, 7946, 1677, 705, 368, 25, 23917, 6, 51, 484, 6, 3069, 220, 220, 16, 17, 18, 19, 20, 220, 18, 13, 16, 19] },
        { "x  \n\n  y\t\tz \r\n!?\n", [87, 220, 220, 628, 220, 331, 197, 197, 89, 220, 201, 198, 22857, 198] },
        { "\U0001D400\U0001D401 \U0001D7CF\U0001D7D0\U0001D7D1\U0001D7D2 \U00020000\u6F22\u5B57", [47728, 238, 222, 47728, 238, 223, 220, 47728, 253, 237, 47728, 253, 238, 47728, 253, 239, 47728, 253, 240, 220, 172, 254, 222, 222, 162, 120, 95, 27764, 245] },
        { "Cafe\u0301 \u1100\u1161 \u1100\u1161\u11A8 q\u0307\u0323", [34, 1878, 2634, 220, 166, 108, 222, 220, 166, 108, 223, 10662, 136, 96, 136, 229] },
        { "<|im_start|>user\n2+2=<|im_end|><|im", [50257, 7220, 198, 17, 10, 17, 28, 50259, 62, 437, 91, 29, 50259] },
        { "'\u017F 'K x'S", [6, 129, 123, 705, 42, 2124, 6, 50] },
        { "", [] },
        { " ", [220] },
    };

    public static TheoryData<string, int[]> Llama3Vectors => new()
    {
        { "I've SEEN 'em: DON'T they'LL  12345 3.14", [40, 1053, 7946, 1677, 705, 368, 25, 23917, 6, 51, 484, 6, 3069, 220, 220, 10163, 2231, 220, 18, 13, 1415] },
        { "Once upon a \U0001F600 time.\n", [7454, 2402, 257, 30325, 222, 640, 13, 198] },
    };

    public static TheoryData<string, int[]> StoriesVectors => new()
    {
        { "I've SEEN 'em: DON'T they'LL  12345 3.14", [1, 359, 439, 360, 301, 459, 459, 458, 410, 439, 411, 423, 467, 410, 455, 441, 458, 439, 434, 366, 439, 438, 438, 410, 410, 475, 479, 472, 484, 480, 410, 472, 426, 475, 484] },
        { "x  \n\n  y\t\tz \r\n!?\n", [1, 410, 444, 410, 410, 13, 13, 410, 348, 12, 12, 451, 410, 16, 13, 443, 450, 13] },
        { "\U00020000\u6F22\u5B57", [1, 410, 243, 163, 131, 131, 233, 191, 165, 232, 176, 154] },
        { "Once upon a \U0001F600 time.\n", [1, 403, 407, 261, 410, 243, 162, 155, 131, 378, 426, 13] },
        { "", [1] },
        { " ", [1, 410, 410] },
    };

    [Fact]
    public void Gpt2_matches_all_of_ggmls_vectors()
    {
        Tokenizer tokenizer = TokenizerJson.Load(TokenizerJson.Build(
            TokenizerJson.Gpt2Model(), TokenizerJson.ByteLevel, decoder: TokenizerJson.ByteLevel));
        string[] texts = File.ReadAllText(SharedFolder.Require("data", "tokenizers", "gpt2", "vectors.inp"))
            .Split("\n__ggml_vocab_test__\n")[..^1];
        string[] ids = File.ReadAllLines(SharedFolder.Require("data", "tokenizers", "gpt2", "vectors.out"));
        Assert.Equal(46, texts.Length);
        Assert.Equal(ids.Length, texts.Length);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] actual = tokenizer.Encode(texts[i]);
            Assert.Equal(ids[i].Trim(), string.Join(' ', actual));
            Assert.Equal(texts[i], tokenizer.Decode(actual));
        }
    }

    [Theory]
    [MemberData(nameof(Qwen2Vectors))]
    public void Qwen2_rules_match(string text, int[] ids)
    {
        Tokenizer tokenizer = Qwen2.Value;
        Assert.Equal(ids, tokenizer.Encode(text));
        Assert.Equal(text.Normalize(), tokenizer.Decode(ids, skipSpecialTokens: false));
    }

    [Theory]
    [MemberData(nameof(Llama3Vectors))]
    public void Llama3_rules_match(string text, int[] ids)
    {
        Tokenizer tokenizer = Llama3.Value;
        Assert.Equal(ids, tokenizer.Encode(text));
        Assert.Equal(text, tokenizer.Decode(ids));
    }

    [Theory]
    [MemberData(nameof(StoriesVectors))]
    public void SentencePiece_rules_match(string text, int[] ids)
    {
        Tokenizer tokenizer = TokenizerFile.Load(SharedFolder.Require("models", "stories260K"));
        Assert.Equal(ids, tokenizer.Encode(text));
        Assert.Equal(ids[1..], tokenizer.Encode(text, addSpecialTokens: false));
        Assert.Equal(text, tokenizer.Decode(ids));
    }

    [Fact]
    public void A_real_story_comes_back_whole_and_in_parts()
    {
        Tokenizer tokenizer = TokenizerFile.Load(SharedFolder.Require("models", "stories260K"));
        string text = File.ReadAllText(SharedFolder.Require("models", "stories260K", "expected_greedy_200.txt"));
        TokenizedText encoded = tokenizer.EncodeWithOffsets(text);
        Assert.Equal(1, encoded.Ids[0]);
        Assert.Equal(512, tokenizer.VocabularySize);
        Assert.Equal(text, tokenizer.Decode(encoded.Ids));
        Assert.Equal("<s>" + text, tokenizer.Decode(encoded.Ids, skipSpecialTokens: false).Replace("<s> ", "<s>", StringComparison.Ordinal));
        for (int cut = 2; cut < encoded.Ids.Length; cut++)
        {
            Assert.Equal(text, tokenizer.Decode(encoded.Ids.AsSpan(0, cut)) + tokenizer.DecodeContinuation(encoded.Ids.AsSpan(cut)));
            Assert.Equal(encoded.Ranges[cut - 1].End, encoded.Ranges[cut].Start);
        }
        Assert.Equal(text.Length, encoded.Ranges[^1].End);
    }
}
