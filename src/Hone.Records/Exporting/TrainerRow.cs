using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records.DataSets;

namespace Hone.Records.Exporting;

/// <summary>
/// Makes one row in a trainer's format. A row that is in it already keeps its text to the byte, and gains <c>hone_</c>
/// fields. Another is built anew: prompt, answer, id, scores. All six trainers read the columns they know by name and let others
/// be, so that the scores can stand beside them.
/// </summary>
internal static class TrainerRow
{
    internal static byte[] Make(Trainer trainer, ExportFacts facts, SelectedRow selected)
    {
        DataRow row = selected.Row;
        if (IsOwn(trainer, facts, row))
        {
            SelectedRow kept = WithId(facts, selected);
            return RowSplice.Apply(row.Json.Span, kept.Fields);
        }

        if (row.Answer is null && AnswerField(trainer) is string needed)
        {
            throw RecordError.At(facts.Set.Path, row.LineNumber,
                $"row {RecordError.Quote(row.Id)} has no answer, which {TrainerNames.Of(trainer)} needs as '{needed}'",
                "name the answer's field with --field answer=THEIR_FIELD, or remove the row");
        }

        JsonObject made = trainer switch
        {
            Trainer.Verl => Verl(facts, row),
            Trainer.Trl => Trl(facts, row),
            Trainer.OpenRlhf => new() { ["input"] = Messages(row), ["label"] = row.Answer, ["datasource"] = facts.Source(row) },
            Trainer.OpenInstruct => new()
            {
                ["messages"] = Messages(row), ["ground_truth"] = row.Answer, ["dataset"] = facts.Verifier(row),
            },
            Trainer.NemoRl => new() { ["input"] = OnlyUserText(facts, row), ["output"] = row.Answer },

            // slime's samples carry nothing else of a row, so that hooks find the id in the metadata.
            Trainer.Slime => new()
            {
                ["prompt"] = Messages(row), ["label"] = row.Answer, ["metadata"] = new JsonObject { ["index"] = facts.Id(row) },
            },
            _ => throw new ArgumentOutOfRangeException(nameof(trainer), trainer, "Unknown trainer."),
        };
        made["id"] = facts.Id(row);
        Add(made, selected.Fields);
        return Bytes(made);
    }

    /// <summary>A row that stays as it is, with its id: that may lie in a field that the user named, or be its place in the whole
    /// file.</summary>
    internal static SelectedRow WithId(ExportFacts facts, SelectedRow selected)
    {
        JsonObject fields = new() { [RowParser.KeptId] = facts.Id(selected.Row) };
        Add(fields, selected.Fields);
        return selected with { Fields = fields };
    }

    /// <summary>Whether the row is in the trainer's format already, with the answer that it was read with.</summary>
    internal static bool IsOwn(Trainer trainer, ExportFacts facts, DataRow row)
    {
        JsonElement json = ExportFacts.Parsed(row);
        if (AnswerField(trainer) is not string field)
        {
            return facts.Set.Shape is DataSetShape.Trl or DataSetShape.Plain && json.TryGetProperty("prompt", out _);
        }

        // What is no text, such as verl's lists of test cases, is the trainer's own affair.
        JsonElement? answer = JsonFields.Find(json, field);
        return facts.Set.Shape == Shape(trainer)
            && answer is not null && (JsonFields.Text(answer)?.Trim() ?? row.Answer) == row.Answer
            && (trainer != Trainer.Verl || (row.Messages is not null && json.TryGetProperty("data_source", out _)))
            && (trainer != Trainer.NemoRl || row.Messages is null);
    }

    /// <summary>The field in which a trainer wants the answer; null where it can do without.</summary>
    private static string? AnswerField(Trainer trainer) => trainer switch
    {
        Trainer.Verl => "reward_model.ground_truth",
        Trainer.OpenRlhf or Trainer.Slime => "label",
        Trainer.OpenInstruct => "ground_truth",
        Trainer.NemoRl => "output",
        _ => null,
    };

    private static DataSetShape? Shape(Trainer trainer) => trainer switch
    {
        Trainer.Verl => DataSetShape.Verl,
        Trainer.OpenRlhf => DataSetShape.OpenRlhf,
        Trainer.OpenInstruct => DataSetShape.OpenInstruct,
        Trainer.NemoRl => DataSetShape.NemoRl,
        Trainer.Slime => DataSetShape.Slime,
        _ => null,
    };

    private static JsonObject Verl(ExportFacts facts, DataRow row) => new()
    {
        ["data_source"] = facts.Source(row),
        ["prompt"] = Messages(row),
        ["ability"] = ExportFacts.Own(row, "ability") ?? "math",
        ["reward_model"] = new JsonObject { ["style"] = "rule", ["ground_truth"] = row.Answer },
        ["extra_info"] = new JsonObject
        {
            ["split"] = "train", ["index"] = facts.Id(row), ["answer"] = row.Solution ?? row.Answer, ["question"] = row.Prompt,
        },
    };

    private static JsonObject Trl(ExportFacts facts, DataRow row)
    {
        JsonObject made = new() { ["prompt"] = Messages(row), ["answer"] = row.Answer };
        if (facts.Solutions)
        {
            made["solution"] = row.Solution;
        }

        return made;
    }

    private static JsonArray Messages(DataRow row)
    {
        IReadOnlyList<ChatMessage> messages = row.Messages ?? [new ChatMessage("user", row.Prompt)];
        return [.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })];
    }

    // NeMo-RL's processor of verifiable answers takes the first message for the question and the second for the answer.
    private static string OnlyUserText(ExportFacts facts, DataRow row) => row.Messages is null or [{ Role: "user" }]
        ? row.Prompt
        : throw RecordError.At(facts.Set.Path, row.LineNumber,
            $"row {RecordError.Quote(row.Id)} has {row.Messages.Count} messages, expected one of the user, which is all that nemo-rl takes",
            "give a system message to the trainer with data.default.system_prompt_file, and name a field that holds the "
            + "question alone with --field prompt=THEIR_FIELD");

    private static void Add(JsonObject row, JsonObject fields)
    {
        foreach ((string name, JsonNode? value) in fields)
        {
            row[name] = value?.DeepClone();
        }
    }

    private static byte[] Bytes(JsonObject row)
    {
        ArrayBufferWriter<byte> text = new();
        using (var writer = new Utf8JsonWriter(text, RecordJson.WriterOptions))
        {
            JsonFile.WriteNode(writer, row);
        }

        return text.WrittenSpan.ToArray();
    }
}
