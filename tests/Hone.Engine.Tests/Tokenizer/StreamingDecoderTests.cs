using System.Text;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

public sealed class StreamingDecoderTests
{
    private const string LlamaDecoder = """
        {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"_"},"content":" "},{"type":"ByteFallback"},
         {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":1}]}
        """;

    /// <summary>Tokens 0 to 255 are the bytes in the byte alphabet.</summary>
    private static readonly Tokenizer ByteTokens = TokenizerJson.ByteTokens(
        ByteLevel, added: $"{Added(256, "<end>")},{Added(257, "two words", special: false)}");

    private static readonly Tokenizer Fallback = Load(Build(
        Bpe([.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "_a", "b", "_"]), decoder: LlamaDecoder));

    [Fact]
    public void A_split_character_waits_until_it_is_whole()
    {
        StreamingDecoder decoder = ByteTokens.CreateDecoder();
        int[] ids = [.. Encoding.UTF8.GetBytes("a\U0001F600\u00e9").Select(value => (int)value)];
        Assert.Equal(["a", "", "", "", "\U0001F600", "", "\u00e9"], ids.Select(decoder.Push));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void An_unfinished_character_ends_as_a_replacement()
    {
        StreamingDecoder decoder = ByteTokens.CreateDecoder();
        Assert.Equal(["a", "", ""], new[] { 'a', 0xF0, 0x9F }.Select(decoder.Push));
        Assert.Equal("\uFFFD", decoder.Finish());
        Assert.Equal("a\uFFFDb", ByteTokens.Decode(['a', 0xF0, 0x9F, 'b']));
    }

    [Fact]
    public void Special_tokens_are_left_out_on_demand_and_strange_ids_always()
    {
        Assert.Equal("atwo wordsb", ByteTokens.Decode(['a', 256, 257, 'b', 9999, -1]));
        Assert.Equal("a<end>b", ByteTokens.Decode(['a', 256, 'b'], skipSpecialTokens: false));
    }

    [Fact]
    public void Bytes_of_a_fallback_run_are_text_only_together()
    {
        Assert.Equal("a\u00e9b", Fallback.Decode([256, 0xC3, 0xA9, 257]));
        Assert.Equal("a\uFFFD\uFFFD\uFFFDb", Fallback.Decode([256, 0xC3, 0xA9, 0xFF, 257]));
        StreamingDecoder decoder = Fallback.CreateDecoder();
        Assert.Equal(["a", "", "", "\u00e9b"], new[] { 256, 0xC3, 0xA9, 257 }.Select(decoder.Push));
    }

    [Fact]
    public void Strip_touches_only_the_ends_of_the_whole_text()
    {
        Assert.Equal("a a", Fallback.Decode([256, 256]));
        Assert.Equal(" a", Fallback.Decode([258, 256]));
        Assert.Equal(" a a", Fallback.DecodeContinuation([256, 256]));
        Assert.Equal("a ", Fallback.Decode([256, 258, 258]));
        StreamingDecoder decoder = Fallback.CreateDecoder();
        Assert.Equal(["a", "", " ", " b"], new[] { 256, 258, 258, 257 }.Select(decoder.Push));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Without_a_decoder_tokens_stand_apart()
    {
        Assert.Equal("a b", Load(Build(Bpe(["a", "b"]))).Decode([0, 1]));
    }

    private const string Mark = """{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}""";

    private static readonly Tokenizer Marked = Load(Build(
        Bpe([.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "_a", "b", "_"]), decoder: Sequence(
            "decoders", """{"type":"ByteFallback"}""", Mark, """{"type":"Strip","content":"b","start":1,"stop":1}""")));

    [Fact]
    public void Pieces_join_to_the_whole_and_none_is_half_a_character()
    {
        var random = new Random(3);
        foreach (Tokenizer tokenizer in (Tokenizer[])[ByteTokens, Fallback, Marked])
        {
            for (int round = 0; round < 2000; round++)
            {
                byte[] text = Encoding.UTF8.GetBytes("a \u00e9\u6f22\U0001F600");
                int[] ids = [.. Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(4) == 0 ? random.Next(259) : text[random.Next(text.Length)])];
                StreamingDecoder decoder = tokenizer.CreateDecoder();
                string[] pieces = [.. ids.Select(decoder.Push), decoder.Finish()];
                Assert.Equal(tokenizer.Decode(ids), string.Concat(pieces));
                Assert.All(pieces, piece => Assert.False(piece.Length > 0 && (char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1]))));
            }
        }
    }

    [Fact]
    public void A_real_model_streams_its_story()
    {
        Tokenizer tokenizer = TokenizerFile.Load(SharedFolder.Require("models", "stories260K"));
        StreamingDecoder decoder = tokenizer.CreateDecoder();
        // The first token is the beginning of the text, the second carries the space that the decoder takes off.
        Assert.Equal(["", "Once", " upon", " a"], tokenizer.Encode("Once upon a").Select(decoder.Push));
    }
}
