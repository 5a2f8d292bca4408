using System.Text;
using System.Text.Json;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>A prompt as it was asked for.</summary>
/// <param name="Ids">Token ids, at least one.</param>
/// <param name="Text">Its text: as given, or what the ids read.</param>
internal sealed record ServedPrompt(int[] Ids, string Text);

/// <summary>Reads the field `prompt`: a text, a list of texts, token ids, or a list of such lists.</summary>
internal sealed class PromptField(ServedModel model, int contextTokens, bool addSpecialTokens)
{
    private const string Name = "prompt";

    /// <exception cref="RequestProblemException">Another shape, an empty prompt, unknown ids, or a prompt beyond the context.</exception>
    public ServedPrompt[] Read(RequestFields fields)
    {
        JsonElement value = fields.Find(Name) ?? throw Empty();
        if (value.ValueKind == JsonValueKind.String)
        {
            string text = RequestFields.TextOf(value, Name);
            return text.Length > 0 ? [Tokenize(text)] : throw Empty();
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw RequestFields.Wrong(Name, value, "text, a list of texts, token ids, or a list of token id lists");
        }

        JsonValueKind[] kinds = [.. value.EnumerateArray().Select(item => item.ValueKind).Distinct().Take(2)];
        return kinds switch
        {
            [JsonValueKind.Number] => [Ids(value)],
            [JsonValueKind.String] => [.. Several(value).Select(item => Tokenize(RequestFields.TextOf(item, Name)))],
            [JsonValueKind.Array] => [.. Several(value).Select(Ids)],
            [] => throw Empty(),
            _ => throw RequestProblemException.Bad(
                "`prompt` is a list of different or other things, expected texts, token ids, or lists of token ids.", Name),
        };
    }

    /// <summary>Text to ids.</summary>
    /// <exception cref="RequestProblemException">The tokenizer fails on the text.</exception>
    public static int[] Tokenize(ServedModel model, string text, bool addSpecialTokens)
    {
        try
        {
            return model.Tokenizer.Encode(text, addSpecialTokens);
        }
        catch (InvalidDataException error)
        {
            throw RequestProblemException.Bad(error.Message, Name);
        }
    }

    /// <summary>Refuses text that is too long however it is tokenized, before time and memory go into that.</summary>
    public static void CheckBytes(ServedModel model, int contextTokens, string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > (long)contextTokens * model.LongestToken)
        {
            throw RequestProblemException.Bad(
                $"This model's maximum context length is {contextTokens} tokens. However, your text of {bytes} bytes has more, since no "
                + $"token has above {model.LongestToken} bytes. Please reduce the length of the prompt.");
        }
    }

    /// <summary>Refuses a prompt that leaves no room for a completion.</summary>
    public static void CheckLength(int contextTokens, long promptTokens, long maxTokens)
    {
        if (promptTokens + maxTokens > contextTokens)
        {
            throw RequestProblemException.Bad(
                $"This model's maximum context length is {contextTokens} tokens. However, you requested "
                + $"{promptTokens + maxTokens} tokens ({promptTokens} in the prompt, {maxTokens} in the completion). "
                + "Please reduce the length of the prompt or completion.");
        }
    }

    private static JsonElement.ArrayEnumerator Several(JsonElement list) => list.GetArrayLength() <= SamplingFields.MostSequences
        ? list.EnumerateArray()
        : throw RequestProblemException.Bad(
            $"`prompt` has {list.GetArrayLength()} prompts, expected at most {SamplingFields.MostSequences}.", Name);

    private static RequestProblemException Empty() => RequestProblemException.Bad("`prompt` must be given and not be empty.", Name);

    private ServedPrompt Tokenize(string text)
    {
        CheckBytes(model, contextTokens, text);
        int[] ids = Tokenize(model, text, addSpecialTokens);
        CheckLength(contextTokens, ids.Length, 0);
        return ids.Length > 0 ? new ServedPrompt(ids, text) : throw Empty();
    }

    private ServedPrompt Ids(JsonElement list)
    {
        CheckLength(contextTokens, list.GetArrayLength(), 0);
        int[] ids = [.. list.EnumerateArray().Select(item => SamplingFields.Id(item, Name))];
        int vocabulary = model.Weights.Config.VocabularySize;
        return ids.Length == 0 ? throw Empty()
            : ids.Max() is var highest && highest >= vocabulary
                ? throw RequestProblemException.Bad($"Token id {highest} is out of vocabulary, expected ids below {vocabulary}.", Name)
            : new ServedPrompt(ids, model.Tokenizer.Decode(ids, skipSpecialTokens: false));
    }
}
