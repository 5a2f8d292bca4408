using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Hosting;

namespace Hone.Serving.Rewards;

/// <summary>One completion of a request for rewards.</summary>
/// <param name="Prompt">The prompt as the model saw it.</param>
/// <param name="Completion">What the model wrote, without the special tokens at its end.</param>
/// <param name="Label">The gold answer; null where the request has none.</param>
internal sealed partial record RewardQuery(string Prompt, string Completion, string? Label)
{
    private const int Tail = 64;

    /// <summary>Reads the lists of a request: query (prompt and completion in one text), prompts, and perhaps labels.</summary>
    /// <exception cref="RequestProblemException">A list is missing, of another length, or holds another kind.</exception>
    internal static RewardQuery[] Read(JsonElement body)
    {
        string?[] queries = Texts(body, "query") ?? throw Missing("query");
        string?[] prompts = Texts(body, "prompts") ?? throw Missing("prompts");
        string?[] labels = Texts(body, "labels") ?? new string?[queries.Length];
        if (prompts.Length != queries.Length || labels.Length != queries.Length)
        {
            throw RequestProblemException.Bad(
                $"{queries.Length} in query, {prompts.Length} in prompts and {labels.Length} in labels, expected as many in each.",
                "query");
        }

        return [.. queries.Select((query, i) =>
        {
            string prompt = prompts[i] ?? throw Missing($"prompts[{i}]");
            string whole = query ?? throw Missing($"query[{i}]");
            return new RewardQuery(prompt, WithoutSpecialTokens(CompletionOf(whole, prompt)), Blank(labels[i]));
        })];
    }

    /// <summary>
    /// What follows the prompt. The query is decoded from tokens, and so may differ from the prompt in white space, or lack
    /// its beginning where it was too long; its end is then looked for.
    /// </summary>
    internal static string CompletionOf(string query, string prompt)
    {
        if (query.StartsWith(prompt, StringComparison.Ordinal))
        {
            return query[prompt.Length..];
        }

        string tail = prompt.Length > Tail ? prompt[^Tail..] : prompt;
        int end = -1;
        for (int at = query.IndexOf(tail, StringComparison.Ordinal); at >= 0; at = query.IndexOf(tail, at + 1, StringComparison.Ordinal))
        {
            // What a template ends each turn with stands there once for each turn before, and the model may write it too.
            if (end < 0 || Math.Abs(at + tail.Length - prompt.Length) < Math.Abs(end - prompt.Length))
            {
                end = at + tail.Length;
            }
        }

        return end < 0 ? query : query[end..];
    }

    internal static string WithoutSpecialTokens(string text) => SpecialTokens.Replace(text, "");

    [GeneratedRegex(
        @"(?:\s*(?:<\|[^|<>\s]{1,40}\|>|<\uFF5C[^<>\uFF5C\s]{1,60}\uFF5C>|</s>|<eos>|<pad>|<end_of_turn>))+\s*$",
        RegexOptions.NonBacktracking)]
    private static partial Regex SpecialTokens { get; }

    private static string? Blank(string? label) => string.IsNullOrWhiteSpace(label) ? null : label;

    private static string?[]? Texts(JsonElement body, string name)
    {
        if (JsonBody.Property(body, name) is not { ValueKind: not JsonValueKind.Null } list)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select((item, i) => Text(item, $"{name}[{i}]"))]
            : throw RequestProblemException.Bad($"{name} is {Kind(list)}, expected a list of texts.", name);
    }

    private static string? Text(JsonElement item, string name)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Number:
                return item.GetRawText();
            case JsonValueKind.String:
                try
                {
                    return item.GetString();
                }
                catch (InvalidOperationException)
                {
                    throw RequestProblemException.Bad($"{name} holds half of a surrogate pair, expected text.", name);
                }

            default:
                throw RequestProblemException.Bad($"{name} is {Kind(item)}, expected text.", name);
        }
    }

    private static RequestProblemException Missing(string name) =>
        RequestProblemException.Bad($"{name} is missing, expected text as OpenRLHF sends it.", name);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "text",
        _ => "true or false",
    };
}
