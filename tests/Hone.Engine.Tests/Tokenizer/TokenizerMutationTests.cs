using System.Text;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using Hone.Mutation;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Damaged tokenizer files, and text through those that are read all the same.</summary>
public sealed class TokenizerMutationTests
{
    private const string Text = "Hello  wörld 123 <a>\n\t!? \ud83d\ude00 abab";

    [Fact]
    public void Byte_level_files()
    {
        string[] tokens = ["a", "b", "c", "ab", "abab", "Ġ", "Ġa", "<a>"];
        string sound = TokenizerJson.Build(
            TokenizerJson.Bpe(tokens, "a b,ab ab,Ġ a", ",\"dropout\":null,\"fuse_unk\":false,\"unk_token\":\"a\""),
            TokenizerJson.Sequence("pretokenizers", TokenizerJson.Split(TokenizerJson.LaterWords), TokenizerJson.ByteLevelAlone),
            """{"type":"NFC"}""", TokenizerJson.ByteLevel, TokenizerJson.ByteLevel, TokenizerJson.Added(8, "<x>") + "," + TokenizerJson.Added(7, "<a>"));
        Check("tokenizer.json (byte level)", sound);
    }

    [Fact]
    public void Metaspace_files()
    {
        string[] tokens = ["<unk>", "<s>", "▁", "a", "b", "▁a", "ab", "<0x0A>", "<0xC3>", "<0xB6>"];
        const string Post = """
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
             "pair":[{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}}
            """;
        string sound = TokenizerJson.Build(
            TokenizerJson.Bpe(tokens, "▁ a,a b", ",\"byte_fallback\":true,\"fuse_unk\":true,\"unk_token\":\"<unk>\""),
            """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""",
            TokenizerJson.Sequence("normalizers", """{"type":"Prepend","prepend":"▁"}""", """{"type":"Replace","pattern":{"String":" "},"content":"▁"}"""),
            Post,
            TokenizerJson.Sequence("decoders", """{"type":"Replace","pattern":{"String":"▁"},"content":" "}""", """{"type":"ByteFallback"}""",
                """{"type":"Fuse"}""", """{"type":"Strip","content":" ","start":1,"stop":0}"""),
            TokenizerJson.Added(1, "<s>", more: ",\"single_word\":false,\"lstrip\":true,\"rstrip\":false"));
        Check("tokenizer.json (metaspace)", sound);
    }

    [Fact]
    public void Settings_beside_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", TokenizerJson.Build(TokenizerJson.Bpe(["a", "b", "ab"], "a b"), TokenizerJson.ByteLevelAlone));
        const string Sound = """{"add_bos_token": true, "add_eos_token": false, "bos_token": {"content": "a", "lstrip": false}, "eos_token": "b", "pad_token": null}""";
        MutationRun.Check("tokenizer_config.json", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            folder.Write("tokenizer_config.json", bytes);
            return Use(TokenizerFile.Load(folder.FullPath));
        });
    }

    [Fact]
    public void Characters_by_number()
    {
        using var folder = new TemporaryFolder();
        const string Sound = """{"tokenizer_class": "CharacterTokenizer", "char_ords": [48, 49, 50, 97, 128512], "model_max_length": 512}""";
        MutationRun.Check("tokenizer_config.json (char_ords)", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            folder.Write("tokenizer_config.json", bytes);
            return Use(TokenizerFile.Load(folder.FullPath));
        }, error => error is InvalidDataException or FileNotFoundException, words: ["55296", "1114112", "-1", "0"]);
    }

    [Fact]
    public void An_expression_that_is_none_is_quoted_on_one_short_line()
    {
        string sound = TokenizerJson.Build(TokenizerJson.Bpe(["a"]), TokenizerJson.Split(string.Concat(Enumerable.Repeat("a\0\u001b]0;x", 900)) + "\\p{L\0}"));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => TokenizerFile.Parse(Encoding.UTF8.GetBytes(sound)));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 2000);
    }

    private static void Check(string name, string sound) => MutationRun.Check(
        name, Encoding.UTF8.GetBytes(sound), bytes => Use(TokenizerFile.Parse(bytes)),
        words: ["(a+)+$", "(?<=a)", "\\\\p{L}", "{1,1000}", "\"type\":\"Digits\"", "\"NFKC\"", "4194303", "\"Removed\"", "\"always\"", "▁"]);

    private static int Use(Tokenizer tokenizer) => tokenizer.Decode(tokenizer.Encode(Text)).Length;
}
