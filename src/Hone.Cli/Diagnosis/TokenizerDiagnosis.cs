using System.Globalization;
using System.Text.Json;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Cli.Diagnosis;

/// <summary>What a folder's tokenizer files say.</summary>
/// <param name="Tokenizer">The tokenizer; null where it cannot be loaded.</param>
/// <param name="Kind">Model and splitting, as tokenizer.json names them.</param>
/// <param name="ChatTemplate">Where the chat template is and how long; null where there is none.</param>
/// <param name="Problems">What stands in the way.</param>
internal sealed record TokenizerDiagnosis(
    Tokenizer? Tokenizer, string Kind, string? ChatTemplate, IReadOnlyList<Problem> Problems)
{
    private const string ConfigName = "tokenizer_config.json";

    /// <summary>Loads the tokenizer as every command does.</summary>
    public static TokenizerDiagnosis Of(string folder, TransformerConfig? config)
    {
        string file = Path.Combine(folder, TokenizerFile.FileName);
        List<Problem> problems = [];
        Tokenizer? tokenizer = null;
        try
        {
            tokenizer = TokenizerFile.Load(folder);
            if (config is not null && Models.TooManyIds(folder, tokenizer, config) is { } problem)
            {
                problems.Add(new Problem(file, null, problem));
            }
        }
        catch (Exception error) when (Problem.Is(error))
        {
            problems.Add(Problem.Of(file, error));
        }

        string kind = File.Exists(file) ? KindOf(RawJson.Object(file)) : tokenizer is null ? "none" : "characters";
        return new TokenizerDiagnosis(tokenizer, kind, Template(folder), problems);
    }

    private static string KindOf(JsonElement? root)
    {
        string model = RawJson.Shown(RawJson.Find(RawJson.Find(root, "model"), "type"));
        JsonElement? splitter = RawJson.Find(root, "pre_tokenizer");
        JsonElement? list = RawJson.Find(splitter, "pretokenizers");
        string[] parts = list is { ValueKind: JsonValueKind.Array } several
            ? [.. several.EnumerateArray().Take(8).Select(part => RawJson.Shown(RawJson.Find(part, "type")))]
            : splitter is null ? [] : [RawJson.Shown(RawJson.Find(splitter, "type"))];
        return parts.Length == 0 ? model : $"{model}, {string.Join(" + ", parts)}";
    }

    // A file of its own goes before the key, as in transformers.
    private static string? Template(string folder)
    {
        string own = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(own))
        {
            return string.Create(CultureInfo.InvariantCulture, $"chat_template.jinja, {new FileInfo(own).Length:N0} bytes");
        }

        if (RawJson.Find(RawJson.Object(Path.Combine(folder, ConfigName)), "chat_template") is not { } template)
        {
            return null;
        }

        return template.ValueKind == JsonValueKind.Array
            ? $"{ConfigName}, {template.GetArrayLength()} named: "
                + string.Join(", ", template.EnumerateArray().Take(5).Select(item => RawJson.Shown(RawJson.Find(item, "name"))))
            : string.Create(CultureInfo.InvariantCulture, $"{ConfigName}, {RawJson.Text(template)?.Length ?? 0:N0} characters");
    }
}
