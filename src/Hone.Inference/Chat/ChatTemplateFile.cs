using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Inference.Chat.Jinja.Values;
using Hone.Records;

namespace Hone.Inference.Chat;

/// <summary>Finds the chat template of a model folder, and the special tokens that it writes.</summary>
internal static class ChatTemplateFile
{
    private const string TemplateName = "chat_template.jinja";
    private const string ConfigName = "tokenizer_config.json";
    private const string Field = "chat_template";

    private static readonly string[] TokenNames =
    [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens",
    ];

    internal static bool IsIn(string folder)
    {
        string config = Path.Combine(folder, ConfigName);
        return File.Exists(Path.Combine(folder, TemplateName)) || (File.Exists(config) && Config(config).ContainsKey(Field));
    }

    internal static ChatTemplate Load(string folder)
    {
        string file = Path.Combine(folder, TemplateName);
        string configFile = Path.Combine(folder, ConfigName);
        JsonObject config = File.Exists(configFile) ? Config(configFile) : [];
        Dictionary<string, object?> tokens = SpecialTokens(configFile, config);
        if (File.Exists(file))
        {
            return ChatTemplate.Parse(file, Text(file), tokens);
        }

        return config[Field] is { } field
            ? ChatTemplate.Parse($"{configFile} {Field}", Template(configFile, field), tokens)
            : throw new FileNotFoundException(
                $"{file}: no such file, and {ConfigName} has no '{Field}', expected a chat template in one of them. Hint: take a "
                + "model that was trained on conversations, or go without a chat template.");
    }

    private static JsonObject Config(string file) =>
        JsonFile.Read(file) as JsonObject ?? throw Wrong(file, "holds no object", "expected one JSON object");

    private static string Text(string file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(file, "is not valid UTF-8", "expected a template in UTF-8");
        }
    }

    private static string Template(string file, JsonNode field)
    {
        if (Content(field) is { } alone)
        {
            return alone;
        }

        var named = new Dictionary<string, string>();
        foreach (JsonNode? item in field as JsonArray ?? throw Wrong(file, $"'{Field}' is neither text nor a list", "expected one of them"))
        {
            if (item is not JsonObject entry || Content(entry["name"]) is not { } name || Content(entry["template"]) is not { } text)
            {
                throw Wrong(file, $"'{Field}' has an entry without name and template in text", "expected both in every entry");
            }

            named[name] = text;
        }

        return named.TryGetValue("default", out string? found)
            ? found
            : throw Wrong(file, $"'{Field}' has the templates {string.Join(", ", named.Keys)}", "expected one named 'default'");
    }

    private static Dictionary<string, object?> SpecialTokens(string file, JsonObject config)
    {
        var tokens = new Dictionary<string, object?>();
        foreach (string name in TokenNames)
        {
            switch (config[name])
            {
                case null:
                    break;
                case JsonArray list:
                    tokens[name] = new JinjaList([.. list.Select(item => (object?)Token(file, name, item))]);
                    break;
                case var token:
                    tokens[name] = Token(file, name, token);
                    break;
            }
        }

        return tokens;
    }

    // A token is a text, or an object with its content.
    private static string Token(string file, string name, JsonNode? token) =>
        Content(token is JsonObject fields ? fields["content"] : token)
        ?? throw Wrong(file, $"'{name}' is neither text nor an object with 'content'", "expected one of them");

    private static string? Content(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static InvalidDataException Wrong(string file, string what, string expected) =>
        new($"{file}: {what}, {expected}. Hint: compare it with the published model.");
}
