using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Files made to break a reader: each ends in one clear line or loads, in bounded time and memory.</summary>
public sealed class HostileTokenizerTests
{
    private const string Template = """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<e>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
         "special_tokens":{"<e>":{"id":"<e>","ids":[3],"tokens":["<e>"]}}}
        """;

    /// <summary>What takes the place of each value in turn.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "2147483648", "99999999999999999999", "65536", "\"\"", "\"x\"", "\"a b\"", "\"\\u0000\\n\"",
        "[]", "{}", "[[]]", "[null]", "[\"a\",\"b\"]", "{\"\":0}", "{\"type\":\"Sequence\"}", "{\"String\":\"\"}", "{\"Regex\":\"(\"}",
    ];

    /// <summary>One file with most of what is supported, and one like Llama 2's.</summary>
    private static readonly string[] Files =
    [
        Build(
            Bpe(["a", "b", "ab"], "a b", ",\"unk_token\":\"a\",\"fuse_unk\":true,\"byte_fallback\":false,\"ignore_merges\":true,\"dropout\":null"),
            Sequence(
                "pretokenizers", Split("[a-z]+"), """{"type":"Digits","individual_digits":true}""", """{"type":"Punctuation","behavior":"Isolated"}""",
                ByteLevel),
            Sequence("normalizers", """{"type":"NFC"}""", """{"type":"Strip","strip_left":true,"strip_right":false}""", """{"type":"Lowercase"}"""),
            Sequence("processors", ByteLevel, Template), ByteLevel,
            Added(3, "<e>", more: ",\"lstrip\":true,\"rstrip\":true,\"single_word\":false")),
        Build(
            Bpe(["a", "<0x41>", "_", "<e>"], more: ",\"byte_fallback\":true"), """{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":true}""",
            Sequence("normalizers", """{"type":"Prepend","prepend":"_"}""", """{"type":"Replace","pattern":{"String":" "},"content":"_"}"""), Template,
            Sequence(
                "decoders", """{"type":"Replace","pattern":{"Regex":"_"},"content":" "}""", """{"type":"ByteFallback"}""",
                """{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}""", """{"type":"Fuse"}""",
                """{"type":"Strip","content":" ","start":1,"stop":0}"""),
            Added(3, "<e>", special: false)),
    ];

    [Fact]
    public void Every_value_of_every_kind_in_every_place_is_refused_or_works()
    {
        int refused = 0, loaded = 0;
        foreach (string file in Files)
        {
            Assert.NotEmpty(Load(file).Encode("ab<e> B1"));
            int places = Places(JsonNode.Parse(file)!).Count();
            Assert.InRange(places, 50, 200);
            for (int place = 0; place < places; place++)
            {
                foreach (string value in Values)
                {
                    JsonNode root = JsonNode.Parse(file)!;
                    Places(root).ElementAt(place).ReplaceWith(JsonNode.Parse(value));
                    Try(root.ToJsonString(), ref refused, ref loaded);
                }
                JsonNode without = JsonNode.Parse(file)!;
                JsonNode node = Places(without).ElementAt(place);
                if (node.Parent is JsonObject parent)
                {
                    parent.Remove(node.GetPropertyName());
                }
                else
                {
                    node.Parent!.AsArray().Add(node.DeepClone());
                }
                Try(without.ToJsonString(), ref refused, ref loaded);
            }
        }
        Assert.InRange(refused, 1000, 10_000);
        Assert.InRange(loaded, 100, 10_000);
    }

    [Fact]
    public void Several_changes_at_once_are_refused_or_work()
    {
        var random = new Random(8);
        int refused = 0, loaded = 0;
        for (int round = 0; round < 1500; round++)
        {
            JsonNode root = JsonNode.Parse(Files[round % Files.Length])!;
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                JsonNode[] places = [.. Places(root)];
                JsonNode other = places[random.Next(places.Length)].DeepClone();
                places[random.Next(places.Length)].ReplaceWith(random.Next(2) == 0 ? other : JsonNode.Parse(Values[random.Next(Values.Length)]));
            }
            Try(root.ToJsonString(), ref refused, ref loaded);
        }
        Assert.InRange(refused, 250, 1450);
        Assert.InRange(loaded, 50, 1250);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{\"model\":{\"vocab\":[")]
    public void A_hundred_megabytes_of_nesting_are_refused_at_once(string unit)
    {
        byte[] json = new byte[100_000_000];
        Encoding.ASCII.GetBytes(unit).CopyTo(json, 0);
        for (int filled = unit.Length; filled < json.Length; filled *= 2)
        {
            json.AsSpan(0, Math.Min(filled, json.Length - filled)).CopyTo(json.AsSpan(filled));
        }
        var clock = Stopwatch.StartNew();
        OneLine.Throws<InvalidDataException>(() => TokenizerFile.Parse(json), "tokenizer.json: not valid JSON");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        byte[] json = Encoding.Latin1.GetBytes(Build(Bpe(["\u00e9"])));
        json[Array.IndexOf(json, (byte)'\\')] = 0xE9;
        OneLine.Throws<InvalidDataException>(() => TokenizerFile.Parse(json), "not UTF-8");
    }

    [Fact]
    public void An_expression_that_explodes_runs_in_time_where_it_can()
    {
        Tokenizer tokenizer = ByteTokens(Sequence("pretokenizers", Split("(a+)+$"), ByteLevelAlone));
        string text = new string('a', 1000) + "!";
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void An_expression_that_explodes_and_looks_around_is_stopped()
    {
        Tokenizer tokenizer = ByteTokens(Sequence("pretokenizers", Split("(a+)+$(?!b)"), ByteLevelAlone));
        var clock = Stopwatch.StartNew();
        OneLine.Throws<InvalidDataException>(() => tokenizer.Encode(new string('a', 100) + "!"), "tokenizer.json: ", "'(a+)+$(?!b)' ran for");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Many_long_added_tokens_take_no_more_than_their_text()
    {
        // As a tree with a node per character these would take gigabytes.
        IEnumerable<string> added = Enumerable.Range(0, 10_000).Select(i => Added(i + 256, new string('<', 400) + i));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Tokenizer tokenizer = ByteTokens(added: string.Join(',', added));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 200_000_000);
        Assert.Equal([256 + 77], tokenizer.Encode(new string('<', 400) + "77"));
    }

    private static IEnumerable<JsonNode> Places(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Places(child).Prepend(child));
    }

    private static void Try(string json, ref int refused, ref int loaded)
    {
        try
        {
            Tokenizer tokenizer = Load(json);
            string text = tokenizer.Decode(tokenizer.Encode("ab<e>\u00e9 c1\uD800"), skipSpecialTokens: false);
            Assert.InRange(text.Length, 0, 1000);
            loaded++;
        }
        catch (InvalidDataException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.StartsWith("tokenizer.json: ", e.Message, StringComparison.Ordinal);
            Assert.Contains(". Hint: ", e.Message, StringComparison.Ordinal);
            Assert.InRange(e.Message.Length, 0, 1000);
            refused++;
        }
    }
}
