using System.Text.Json;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>
/// Fields that would change the result and that this server does not have. One that is set to what changes nothing passes;
/// any other value is refused, for an answer without it would be the answer to another question.
/// </summary>
internal static class UnsupportedFields
{
    // The number that changes nothing, or null where only emptiness does so.
    private static readonly Dictionary<string, double?> Both = new()
    {
        ["presence_penalty"] = 0, ["frequency_penalty"] = 0, ["repetition_penalty"] = 1, ["best_of"] = 1, ["min_tokens"] = 0,
        ["logit_bias"] = null, ["use_beam_search"] = null, ["allowed_token_ids"] = null, ["bad_words"] = null,
        ["logprob_token_ids"] = null, ["truncate_prompt_tokens"] = null, ["structured_outputs"] = null, ["guided_json"] = null,
        ["guided_regex"] = null, ["guided_choice"] = null, ["guided_grammar"] = null, ["structural_tag"] = null,
        ["watermarking"] = null, ["thinking_token_budget"] = -1, ["repetition_detection"] = null, ["logits_processors"] = null,
        ["vllm_xargs"] = null, ["kv_transfer_params"] = null, ["ec_transfer_params"] = null,
    };

    private static readonly Dictionary<string, double?> OfCompletions = new() { ["suffix"] = null, ["prompt_embeds"] = null };

    private static readonly Dictionary<string, double?> OfChat = new()
    {
        ["tools"] = null, ["functions"] = null, ["function_call"] = null, ["echo"] = null, ["documents"] = null,
        ["chat_template"] = null, ["reasoning_effort"] = null, ["audio"] = null,
    };

    public static void RefuseInCompletions(RequestFields fields) => Refuse(fields, OfCompletions);

    public static void RefuseInChat(RequestFields fields)
    {
        Refuse(fields, OfChat);
        if (fields.Find("tool_choice") is { } choice
            && !(choice.ValueKind == JsonValueKind.String && (choice.ValueEquals("none") || choice.ValueEquals("auto"))))
        {
            throw Unsupported("tool_choice");
        }
    }

    private static void Refuse(RequestFields fields, Dictionary<string, double?> own)
    {
        foreach ((string name, double? neutral) in Both.Concat(own))
        {
            if (fields.Find(name) is { } value && !ChangesNothing(value, neutral))
            {
                throw Unsupported(name);
            }
        }

        if (fields.Find("response_format") is { } format && !IsPlainText(format))
        {
            throw Unsupported("response_format");
        }
    }

    private static bool ChangesNothing(JsonElement value, double? neutral) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.String => value.GetRawText() is "\"\"",
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == neutral,
        _ => false,
    };

    private static bool IsPlainText(JsonElement format) =>
        format.ValueKind == JsonValueKind.Object && JsonBody.Property(format, "type") is { ValueKind: JsonValueKind.String } type
        && type.GetRawText() is "\"text\"";

    private static RequestProblemException Unsupported(string name) =>
        RequestProblemException.Bad($"`{name}` is not supported by this server and would change the result; leave it out.", name);
}
