using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization;

/// <summary>
/// Makes the tokenizer of a new small model: one token per byte (ids 0 to 255), then the end token, then words that get a
/// token of their own. Written as tokenizer.json, so that it loads like any other, here and elsewhere.
/// </summary>
public static class ByteTokenizerFile
{
    /// <summary>The end token.</summary>
    public const string EndToken = "<|endoftext|>";

    private const int Bytes = 256;

    /// <summary>Writes tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="words">Texts with a token of their own, such as <c>&lt;answer&gt;</c>.</param>
    /// <returns>Size of the vocabulary.</returns>
    public static int Write(string folder, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var vocabulary = new JsonObject();
        for (int value = 0; value < Bytes; value++)
        {
            vocabulary.Add(ByteAlphabet.CharOf((byte)value).ToString(), value);
        }

        var added = new JsonArray { AddedToken(Bytes, EndToken, special: true) };
        for (int i = 0; i < words.Count; i++)
        {
            added.Add((JsonNode)AddedToken(Bytes + 1 + i, words[i], special: false));
        }

        Save(folder, "tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = false,
            },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        });
        Save(folder, "tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast", ["eos_token"] = EndToken,
        });
        return Bytes + 1 + words.Count;
    }

    private static JsonObject AddedToken(int id, string content, bool special) => new()
    {
        ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false,
        ["normalized"] = false, ["special"] = special,
    };

    private static void Save(string folder, string name, JsonObject document) =>
        AtomicFile.Write(Path.Combine(folder, name), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            document.WriteTo(writer);
        });
}
