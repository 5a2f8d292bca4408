using System.Buffers;
using System.Text;
using System.Text.Json;
using Hone.Records.Lines;
using Hone.Records.Logs.Json;

namespace Hone.Records.Logs.Texts;

/// <summary>
/// Finds prompt and completion in a line: <c>input</c> and <c>output</c> (verl), <c>prompt</c> and <c>completion</c> (TRL, ms-swift,
/// Hone), <c>prompt</c> and <c>response</c> (RL Logging Board), or what the user says. A line with several completions has lists.
/// </summary>
internal sealed class TextFields
{
    private static readonly (string Prompt, string Completion)[] Known =
        [("input", "output"), ("prompt", "completion"), ("prompt", "response"), ("question", "completion"), ("question", "response")];

    private readonly (byte[] Prompt, byte[] Completion)[] _pairs;
    private readonly ArrayBufferWriter<byte> _repaired = new();

    /// <param name="map">What the user says of <c>prompt</c> and <c>completion</c>.</param>
    internal TextFields(FieldMap map) => _pairs =
    [
        .. Known.Select(pair => (Encoding.UTF8.GetBytes(map["prompt"] ?? pair.Prompt), Encoding.UTF8.GetBytes(map["completion"] ?? pair.Completion))),
    ];

    /// <summary>Reads the texts of a line's completions.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="count">Number of completions in it.</param>
    /// <param name="into">Where prompts and completions go, that many.</param>
    /// <exception cref="RowException">They are not there, or are no text.</exception>
    internal void Read(ReadOnlySpan<byte> line, int count, List<(string Prompt, string Completion)> into)
    {
        foreach ((byte[] promptName, byte[] completionName) in _pairs)
        {
            ReadOnlySpan<byte> prompt = default, completion = default;
            var members = new JsonMembers(line);
            while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                if (name.SequenceEqual(promptName))
                {
                    prompt = value;
                }

                if (name.SequenceEqual(completionName))
                {
                    completion = value;
                }
            }

            if (prompt.IsEmpty || completion.IsEmpty)
            {
                continue;
            }

            if (completion[0] == (byte)'[')
            {
                ReadLists(prompt, completion, count, promptName, completionName, into);
            }
            else
            {
                into.Add((Text(prompt, promptName), Text(completion, completionName)));
            }

            return;
        }

        throw new RowException(
            $"no text of prompt and completion; the fields are {RecordError.List(LineNames.Of(line))}",
            "say which they are with --field prompt=THEIR_FIELD and --field completion=THEIR_FIELD");
    }

    private void ReadLists(
        ReadOnlySpan<byte> prompts, ReadOnlySpan<byte> completions, int count, byte[] promptName, byte[] completionName,
        List<(string, string)> into)
    {
        if (prompts[0] != (byte)'[')
        {
            throw Refuse(completions, completionName);
        }

        int before = into.Count;
        JsonNumbers.ListValues ofPrompts = JsonNumbers.Values(prompts), ofCompletions = JsonNumbers.Values(completions);
        while (ofCompletions.Next(out ReadOnlySpan<byte> completion))
        {
            if (!ofPrompts.Next(out ReadOnlySpan<byte> prompt))
            {
                throw Lengths();
            }

            into.Add((Text(prompt, promptName), Text(completion, completionName)));
        }

        if (ofPrompts.Next(out _) || into.Count - before != count)
        {
            throw Lengths();
        }

        RowException Lengths() => new(
            $"'{Encoding.UTF8.GetString(promptName)}' and '{Encoding.UTF8.GetString(completionName)}' are lists of other lengths than the "
            + $"{count} completions of the line, expected a text each", "check that the line is whole");
    }

    private string Text(ReadOnlySpan<byte> value, byte[] name)
    {
        if (value[0] != (byte)'"')
        {
            throw Refuse(value, name);
        }

        try
        {
            if (PythonJson.MayHaveSurrogates(value))
            {
                // Half a character, where a completion was cut in the middle of one.
                PythonJson.Repair(value, _repaired);
                return JsonElement.Parse(_repaired.WrittenSpan).GetString()!;
            }

            return JsonElement.Parse(value).GetString()!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new RowException(
                $"field '{Encoding.UTF8.GetString(name)}' starts with {RecordError.Quote(value)} and is no JSON text in UTF-8, expected one",
                "correct the row");
        }
    }

    private static RowException Refuse(ReadOnlySpan<byte> value, byte[] name)
    {
        string field = Encoding.UTF8.GetString(name);
        return value[0] switch
        {
            (byte)'[' or (byte)'{' => new RowException(
                $"field '{field}' is {(value[0] == (byte)'[' ? "a list" : "an object")}, expected text",
                "the log does not say what text a conversation became; name a field that holds it with --field prompt=THEIR_FIELD"),
            (byte)'n' => new RowException(
                $"field '{field}' is null, expected text", "the log was written without its text, so its completions cannot be scored"),
            _ => new RowException($"field '{field}' is {RecordError.Quote(value)}, expected text", $"name another with --field {field}=THEIR_FIELD"),
        };
    }
}
