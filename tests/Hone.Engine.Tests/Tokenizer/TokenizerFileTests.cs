using System.Text;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

public sealed class TokenizerFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Broken files: the JSON, and what the message must name.</summary>
    public static TheoryData<string, string> BrokenFiles => new()
    {
        { "", "not valid JSON" },
        { "[1]", "an object" },
        { "{}", "'model'" },
        { Build("3"), "model is 3" },
        { Build("""{"type":"Unigram","vocab":[]}"""), "'Unigram'" },
        { Build("""{"type":"BPE","merges":[]}"""), "'vocab'" },
        { Build("""{"type":"BPE","vocab":{},"merges":null}"""), "'merges'" },
        { Build("""{"type":"BPE","vocab":{"a":"x"},"merges":[]}"""), "model.vocab.a is 'x'" },
        { Build("""{"type":"BPE","vocab":{"a":-1},"merges":[]}"""), "-1" },
        { Build("""{"type":"BPE","vocab":{"a":2147483647},"merges":[]}"""), "2147483647" },
        { Build("""{"type":"BPE","vocab":{"a":1.5},"merges":[]}"""), "1.5" },
        { Build("""{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}"""), "'a'" },
        { Build("""{"type":"BPE","vocab":{"\ud800":0},"merges":[]}"""), "surrogate" },
        { Build("""{"type":"BPE","vocab":["a"],"merges":[]}"""), "model.vocab is a list" },
        { Build("""{"type":"BPE","vocab":{"a":0},"merges":{"a":"b"}}"""), "model.merges is an object" },
        { Build(Bpe(["a", "b", "ab"], "a c")), "'c'" },
        { Build(Bpe(["a", "b"], "a b")), "'ab'" },
        { Build(Bpe(["a", "b", "ab"], "ab")), "model.merges[0] has 1 parts" },
        { Build(Bpe(["a", "b", "ab"], "a  b")), "model.merges[0] has 3 parts" },
        { Build("""{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}"""), "model.merges[0] has 1 parts" },
        { Build("""{"type":"BPE","vocab":{"a":0},"merges":[["a",2]]}"""), "model.merges[0][1] is 2" },
        { Build("""{"type":"BPE","vocab":{"a":0},"merges":[7]}"""), "model.merges[0] is 7" },
        { Build(Bpe(["a"], more: ",\"unk_token\":\"x\"")), "unk_token is 'x'" },
        { Build(Bpe(["a"], more: ",\"end_of_word_suffix\":\"</w>\"")), "'</w>'" },
        { Build(Bpe(["a"], more: ",\"continuing_subword_prefix\":\"##\"")), "'##'" },
        { Build(Bpe(["a"], more: ",\"dropout\":0.1")), "dropout is 0.1" },
        { Build(Bpe(["a"], more: ",\"byte_fallback\":1")), "byte_fallback is 1" },
        { Build(Bpe(["a"]), normalizer: """{"type":"Precompiled"}"""), "normalizer.type is 'Precompiled'" },
        { Build(Bpe(["a"]), normalizer: """{"kind":"NFC"}"""), "'type'" },
        { Build(Bpe(["a"]), normalizer: """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFKD"}]}"""), "normalizer.normalizers[1].type is 'NFKD'" },
        { Build(Bpe(["a"]), normalizer: """{"type":"Replace","pattern":{"String":""},"content":"x"}"""), "at least one" },
        { Build(Bpe(["a"]), normalizer: """{"type":"Replace","pattern":"x","content":"x"}"""), "'String' or 'Regex'" },
        { Build(Bpe(["a"]), """{"type":"BertPreTokenizer"}"""), "pre_tokenizer.type is 'BertPreTokenizer'" },
        { Build(Bpe(["a"]), """{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated"}"""), "'(a'" },
        { Build(Bpe(["a"]), """{"type":"Split","pattern":{"Regex":"\\p{Klingon}"},"behavior":"Isolated"}"""), "Klingon" },
        { Build(Bpe(["a"]), """{"type":"Split","pattern":{"String":"a"},"behavior":"Sideways"}"""), "'Sideways'" },
        { Build(Bpe(["a"]), """{"type":"Metaspace","replacement":"ab"}"""), "'ab'" },
        { Build(Bpe(["a"]), """{"type":"Metaspace","replacement":"_","prepend_scheme":"last"}"""), "'last'" },
        { Build(Bpe(["a"]), Sequence("pretokenizers", ByteLevel, """{"type":"Digits"}""")), "last step" },
        { Build(Bpe(["a"]), postProcessor: """{"type":"BertProcessing","sep":["a",0],"cls":["a",0]}"""), "'BertProcessing'" },
        { Build(Bpe(["a"]), postProcessor: """{"type":"TemplateProcessing","single":[],"special_tokens":{}}"""), "has no text" },
        { Build(Bpe(["a"]), postProcessor: """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{}}"""), "'x'" },
        { Build(Bpe(["a"]), postProcessor: """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B"}}],"special_tokens":{}}"""), "second text" },
        { Build(Bpe(["a"]), decoder: """{"type":"WordPiece"}"""), "'WordPiece'" },
        { Build(Bpe(["a"]), decoder: Sequence("decoders", """{"type":"Fuse"}""", ByteLevel)), "behind Fuse" },
        { Build(Bpe(["a"]), decoder: """{"type":"Strip","content":" ","start":-1,"stop":0}"""), "start is -1" },
        { Build(Bpe(["a"]), added: Added(5, "a")), "id 5" },
        { Build(Bpe(["a"]), added: "7"), "added_tokens[0] is 7" },
        { Build(Bpe(["a"]), added: """{"id":4194304,"content":"x"}"""), "4194304" },
        { Build(Bpe(["a"]), added: """{"id":1,"content":"x","special":"yes"}"""), "special is 'yes'" },
        { """{"model":""" + new string('[', 1000), "not valid JSON" },
        { Build("""{"type":"BPE","vocab":{},"merges":[]}"""), "model.vocab has no tokens" },
        { Build("""{"type":"BPE","vocab":{"a":1,"b":1},"merges":[]}"""), "model.vocab.b is 1, expected an id that no other" },
        { Build("""{"type":"BPE","vocab":{"a":1,"\u0061":2},"merges":[]}"""), "'a'" },
        { Build("""{"type":"BPE","vocab":{"a\n\u2028b":-1},"merges":[]}"""), "model.vocab.a\\u000a\\u2028b is -1" },
        { Build(Bpe(["a"]), added: Added(0, "x")), "gives 'x' id 0" },
        { Build(Bpe(["a"]), added: $"{Added(5, "x")},{Added(5, "y")}"), "gives 'y' id 5" },
        { Build(Bpe(["a"]), added: $"{Added(5, "x")},{Added(6, "x")}"), "gives 'x' id 6" },
        { Build(Bpe(["a"]), added: Added(5, new string('x', 513))), "added_tokens[0].content is 'xxx" },
        { Build(Bpe(["a"]), postProcessor: Template(1, "1")), "post_processor adds id 1" },
        { Build(Bpe(["a"]), postProcessor: Template(1, "-1")), "ids[0] is -1" },
        { Build(Bpe(["a"]), postProcessor: Template(1001, "0")), "adds 1001 ids" },
        { Build(Bpe(["a"]), normalizer: Grow("normalizers", 9)), "512 times" },
        { Build(Bpe(["a"]), decoder: Grow("decoders", 400)), "times" },
        { Build(Bpe(["a"]), normalizer: """{"type":"Prepend","prepend":"X"}""".Replace("X", new string('X', 257), StringComparison.Ordinal)), "normalizer.prepend is" },
        { Build(Bpe(["a"]), Split(new string('a', 10_001))), "at most 10000" },
    };

    private static string Template(int times, string id)
    {
        string items = string.Join(',', Enumerable.Repeat("""{"SpecialToken":{"id":"x"}}""", times));
        return $$"""{"type":"TemplateProcessing","single":[{{items}},{"Sequence":{"id":"A"} }],"special_tokens":{"x":{"ids":[{{id}}]} } }""";
    }

    private static string Grow(string listName, int steps)
    {
        return Sequence(listName, [.. Enumerable.Repeat("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""", steps)]);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_file_is_one_line_that_names_the_fault(string json, string part)
    {
        _folder.Write("tokenizer.json", json);
        OneLine.Throws<InvalidDataException>(() => TokenizerFile.Load(_folder.FullPath), "tokenizer.json: ", part);
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        string json = Build(Bpe(["a", "b", "ab"], "a b"), ByteLevel, """{"type":"NFC"}""", decoder: ByteLevel, added: Added(3, "<e>"));
        for (int length = 0; length < json.Length; length++)
        {
            string cut = json[..length];
            OneLine.Throws<InvalidDataException>(() => Load(cut), "tokenizer.json: ");
        }
        Assert.Equal([2], Load(json).Encode("ab"));
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_harmless()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Build(
            Bpe(["a", "b", "ab"], "a b", ",\"unk_token\":\"a\""), Sequence("pretokenizers", Split("[a-z]+"), ByteLevelAlone),
            """{"type":"NFC"}""", Sequence("processors", ByteLevel), ByteLevel, Added(3, "<e>")));
        var random = new Random(6);
        int loaded = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(0x20, 0x7F);
            }
            try
            {
                Tokenizer tokenizer = TokenizerFile.Parse(damaged);
                tokenizer.Decode(tokenizer.Encode("ab<e>\u00e9 c"));
                loaded++;
            }
            catch (InvalidDataException)
            {
                // What this test is about: nothing else may come out.
            }
        }
        Assert.InRange(loaded, 1, 2500);
    }

    [Fact]
    public void Roles_come_from_the_config_beside_it()
    {
        _folder.Write("tokenizer.json", Build(Bpe(["a"]), added: $"{Added(1, "<s>")},{Added(2, "</s>")}"));
        _folder.Write("tokenizer_config.json", """{"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null}""");
        Tokenizer tokenizer = TokenizerFile.Load(_folder.FullPath);
        Assert.Equal((1, 2, (int?)null), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId));
        _folder.Write("tokenizer_config.json", """{"eos_token":5}""");
        OneLine.Throws<InvalidDataException>(() => TokenizerFile.Load(_folder.FullPath), "tokenizer_config.json: ", "eos_token is 5");
    }

    [Theory]
    [InlineData("null", "null", "1,0,2")]
    [InlineData("false", "null", "0,2")]
    [InlineData("null", "false", "1,0")]
    [InlineData("true", "true", "1,0,2")]
    [InlineData("false", "false", "0")]
    public void The_config_decides_which_ends_a_text_gets(string addsBos, string addsEos, string ids)
    {
        const string Ends = """
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"</s>"}}],
             "special_tokens":{"<s>":{"ids":[1]},"</s>":{"ids":[2]}}}
            """;
        _folder.Write("tokenizer.json", Build(Bpe(["a"]), postProcessor: Ends, added: $"{Added(1, "<s>")},{Added(2, "</s>")}"));
        _folder.Write("tokenizer_config.json", $$"""{"bos_token":"<s>","eos_token":"</s>","add_bos_token":{{addsBos}},"add_eos_token":{{addsEos}} }""");
        Assert.Equal(ids, string.Join(',', TokenizerFile.Load(_folder.FullPath).Encode("a")));
    }

    [Fact]
    public void The_config_adds_a_beginning_that_no_template_has()
    {
        _folder.Write("tokenizer.json", Build(Bpe(["a"]), postProcessor: ByteLevel, added: Added(1, "<s>")));
        _folder.Write("tokenizer_config.json", """{"bos_token":{"content":"<s>"},"add_bos_token":true,"add_eos_token":true}""");
        Assert.Equal([1, 0], TokenizerFile.Load(_folder.FullPath).Encode("a"));
        Assert.Equal([0], TokenizerFile.Load(_folder.FullPath).Encode("a", addSpecialTokens: false));
    }

    [Fact]
    public void Saving_copies_the_files_byte_for_byte()
    {
        string json = Build(Bpe(["a"]), added: Added(1, "<s>")) + "\n\n ";
        _folder.Write("tokenizer.json", json);
        _folder.Write("tokenizer_config.json", """{"eos_token":"<s>" }""");
        _folder.Write("chat_template.jinja", "{{ x }}\r\n");
        _folder.Write("config.json", "{}");
        Tokenizer tokenizer = TokenizerFile.Load(_folder.FullPath);
        string copy = _folder.PathOf("step-000001");
        tokenizer.SaveTo(copy);
        tokenizer.SaveTo(copy);
        string[] names = [.. Directory.GetFiles(copy).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(["chat_template.jinja", "tokenizer.json", "tokenizer_config.json"], names);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(_folder.PathOf(name)), File.ReadAllBytes(Path.Combine(copy, name))));
        Assert.Equal(1, TokenizerFile.Load(copy).EosTokenId);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_so()
    {
        OneLine.Throws<FileNotFoundException>(() => TokenizerFile.Load(_folder.FullPath), "tokenizer.json");
        _folder.Write("tokenizer_config.json", "{}");
        OneLine.Throws<FileNotFoundException>(() => TokenizerFile.Load(_folder.FullPath), "tokenizer.json");
        OneLine.Throws<DirectoryNotFoundException>(() => TokenizerFile.Load(_folder.PathOf("no")), "no such folder");
    }
}
