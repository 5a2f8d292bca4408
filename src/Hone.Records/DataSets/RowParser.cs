using System.Globalization;
using System.Text.Json;

namespace Hone.Records.DataSets;

/// <summary>Makes a <see cref="DataRow"/> of one line or row.</summary>
internal sealed class RowParser(IRowReader reader, RowFields fields, bool requireAnswer)
{
    /// <summary>Where the id stands in a row that was selected and left as it was.</summary>
    internal const string KeptId = "hone_id";

    internal DataRow Parse(JsonElement row, int index)
    {
        JsonElement? prompt = JsonFields.Find(row, fields.Prompt);
        IReadOnlyList<ChatMessage>? messages =
            prompt?.ValueKind == JsonValueKind.Array ? Messages(row, prompt.Value) : null;
        string? text = messages is null ? Plain(prompt) : messages.Last(message => message.Role == "user").Content;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw RowError(index, $"has no prompt: field '{fields.Prompt}' is {Found(prompt)}", row, "prompt");
        }

        string? solution = Plain(JsonFields.Find(row, fields.Solution));
        JsonElement? given = Single(JsonFields.Find(row, fields.Answer));
        string? answer = JsonFields.Text(given);
        if (answer is not null && fields.Shape == DataSetShape.Gsm8k)
        {
            solution ??= answer;
            answer = Gold(answer, index, row);
        }

        answer = string.IsNullOrWhiteSpace(answer) ? null : answer.Trim();
        if (answer is null && requireAnswer)
        {
            throw RowError(index, $"has no answer: field '{fields.Answer}' is {Found(given)}", row, "answer");
        }

        return new DataRow(Id(row, index), text, answer, solution, messages, reader.Line.ToArray(), reader.LineNumber);
    }

    // open-instruct keeps one gold answer as a list of one.
    private JsonElement? Single(JsonElement? answer) =>
        fields.Shape == DataSetShape.OpenInstruct && answer is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1
            ? list[0]
            : answer;

    private static string? Plain(JsonElement? value) =>
        value?.ValueKind == JsonValueKind.String ? value.Value.GetString() : null;

    private static string Found(JsonElement? value) =>
        value?.ValueKind == JsonValueKind.String ? "empty" : JsonFields.Kind(value);

    private string Gold(string answer, int index, JsonElement row)
    {
        int mark = answer.LastIndexOf(RowFields.GoldMark, StringComparison.Ordinal);
        return mark >= 0
            ? answer[(mark + RowFields.GoldMark.Length)..].Replace(",", "", StringComparison.Ordinal)
            : throw RowError(
                index, $"has no '####' in '{fields.Answer}', which marks the gold answer in row 0", row, "answer");
    }

    private string Id(JsonElement row, int index)
    {
        JsonElement? given = fields.Id is null
            ? JsonFields.Find(row, KeptId) ?? JsonFields.Find(row, "id") ?? JsonFields.Find(row, "extra_info.index")
            : JsonFields.Find(row, fields.Id);

        if (given is null && fields.Id is null)
        {
            return index.ToString(CultureInfo.InvariantCulture);
        }

        return JsonFields.Text(given) is { Length: > 0 } id
            ? id
            : throw RowError(index, $"has no usable id: field '{fields.Id ?? "id"}' is {Found(given)}", row, "id");
    }

    private List<ChatMessage> Messages(JsonElement row, JsonElement list)
    {
        List<ChatMessage> messages = [];
        foreach (JsonElement message in list.EnumerateArray())
        {
            string? role = message.ValueKind == JsonValueKind.Object ? Plain(JsonFields.Find(message, "role")) : null;
            string? content = role is null ? null : Plain(JsonFields.Find(message, "content"));
            if (content is null)
            {
                throw reader.Error($"message {messages.Count} of '{fields.Prompt}' is not role and content in text",
                    "expected a list of {\"role\": ..., \"content\": ...}; prompts with images are not supported");
            }

            messages.Add(new ChatMessage(role!, content));
        }

        if (fields.Shape == DataSetShape.OpenInstruct && messages is [_, .., { Role: "assistant" }])
        {
            messages.RemoveAt(messages.Count - 1);
        }

        return messages.Exists(message => message.Role == "user")
            ? messages
            : throw reader.Error($"'{fields.Prompt}' has {messages.Count} messages and none with role 'user'",
                $"expected one user message; the fields are {JsonFields.List(row)}");
    }

    private InvalidDataException RowError(int index, string problem, JsonElement row, string ours) =>
        reader.RowError(index, $"{problem}; the fields are {JsonFields.List(row)}",
            $"name the right field with --field {ours}=THEIR_FIELD, or remove the row");
}
