using System.Text;
using System.Text.Json.Nodes;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Builds tokenizer.json files for tests.</summary>
internal static class TokenizerJson
{
    internal const string LaterWords =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    internal static readonly string OneDigitWords = LaterWords.Replace("{1,3}", "", StringComparison.Ordinal);

    internal const string ByteLevel = """
        {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}
        """;

    internal const string ByteLevelAlone = """
        {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}
        """;

    /// <summary>A file from the JSON of its parts; those not given are null.</summary>
    internal static string Build(
        string model, string? preTokenizer = null, string? normalizer = null, string? postProcessor = null,
        string? decoder = null, string added = "")
    {
        return $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{{added}}],
             "normalizer":{{normalizer ?? "null"}},"pre_tokenizer":{{preTokenizer ?? "null"}},
             "post_processor":{{postProcessor ?? "null"}},"decoder":{{decoder ?? "null"}},"model":{{model}}}
            """;
    }

    /// <summary>A model whose tokens are numbered in the order given, with merges separated by commas.</summary>
    internal static string Bpe(string[] tokens, string merges = "", string more = "")
    {
        var vocabulary = new JsonObject();
        foreach (string token in tokens)
        {
            vocabulary.Add(token, vocabulary.Count);
        }
        IEnumerable<string> list = merges.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(merge => $"\"{merge}\"");
        return $$"""
            {"type":"BPE","vocab":{{vocabulary.ToJsonString()}},"merges":[{{string.Join(",", list)}}]{{more}}}
            """;
    }

    internal static string Added(int id, string content, bool special = true, string more = "")
    {
        return $$"""
            {"id":{{id}},"content":"{{content}}","special":{{(special ? "true" : "false")}},"normalized":false{{more}}}
            """;
    }

    internal static string Split(string expression)
    {
        return $$"""
            {"type":"Split","pattern":{"Regex":{{JsonValue.Create(expression).ToJsonString()}}},"behavior":"Isolated","invert":false}
            """;
    }

    internal static string Sequence(string listName, params string[] parts)
    {
        return $$"""
            {"type":"Sequence","{{listName}}":[{{string.Join(",", parts)}}]}
            """;
    }

    internal static Tokenizer Load(string json)
    {
        return TokenizerFile.Parse(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>A tokenizer whose tokens 0 to 255 are the bytes.</summary>
    internal static Tokenizer ByteTokens(string preTokenizer = ByteLevelAlone, string? normalizer = null, string added = "")
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.CharOf((byte)value).ToString())];
        return Load(Build(Bpe(bytes), preTokenizer, normalizer, decoder: ByteLevel, added: added));
    }

    /// <summary>GPT-2's vocabulary and merges as a model; pairs write each merge as a list.</summary>
    internal static string Gpt2Model(bool pairs = false, string more = "")
    {
        string vocabulary = File.ReadAllText(SharedFolder.Require("data", "tokenizers", "gpt2", "vocab.json"));
        IEnumerable<string> merges = File.ReadLines(SharedFolder.Require("data", "tokenizers", "gpt2", "merges.txt"))
            .Skip(1)
            .Where(line => line.Length > 0)
            .Select(line => pairs
                ? new JsonArray([.. line.Split(' ').Select(part => (JsonNode)part)]).ToJsonString()
                : JsonValue.Create(line).ToJsonString());
        return $$"""{"type":"BPE","unk_token":"","vocab":{{vocabulary}},"merges":[{{string.Join(",", merges)}}]{{more}}}""";
    }
}
