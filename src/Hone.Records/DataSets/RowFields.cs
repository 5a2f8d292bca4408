using System.Text.Json;

namespace Hone.Records.DataSets;

/// <summary>Where prompt, answer and solution lie in the rows of one data set: the recognised shape, under the user's
/// map.</summary>
internal sealed record RowFields(DataSetShape Shape, string Prompt, string Answer, string Solution, string? Id)
{
    internal const string GoldMark = "####";
    private const string GroundTruth = "reward_model.ground_truth";

    /// <summary>Recognises the shape by the first row; null where it is unknown and the map does not name the
    /// prompt.</summary>
    internal static RowFields? Recognise(JsonElement row, FieldMap map)
    {
        Layout? known = Known(row);
        string? prompt = map["prompt"] ?? known?.Prompt;
        if (prompt is null)
        {
            return null;
        }

        string answer = map["answer"] ?? known?.Answer ?? "answer";
        string? answerText = JsonFields.Text(JsonFields.Find(row, answer));
        DataSetShape shape =
            answerText?.Contains(GoldMark, StringComparison.Ordinal) == true ? DataSetShape.Gsm8k
            : map["prompt"] is not null ? DataSetShape.Mapped
            : known is { Shape: DataSetShape.Trl } && answerText is not null ? DataSetShape.Plain
            : known!.Value.Shape;
        return new RowFields(shape, prompt, answer, map["solution"] ?? "solution", map["id"]);
    }

    // 'problem' goes before 'question': sets that carry both hold the same text in them, and are MATH-like. A 'label' of true or
    // false, or beside a 'completion', says how good a completion is; an 'output' beside an 'instruction' is a model's text.
    private static Layout? Known(JsonElement row)
    {
        bool Has(string field) => row.TryGetProperty(field, out _);
        bool labelled = JsonFields.Text(JsonFields.Find(row, "label")) is not null && !Has("answer") && !Has("completion");
        string? prompt = Has("prompt") ? "prompt" : Has("problem") ? "problem" : Has("question") && Has("answer") ? "question" : null;
        return
            prompt is not null && JsonFields.Find(row, GroundTruth) is not null ? new(DataSetShape.Verl, prompt, GroundTruth)
            : prompt == "prompt" && labelled ? new(DataSetShape.Slime, prompt, "label")
            : prompt == "prompt" ? new(DataSetShape.Trl, prompt, "answer")
            : prompt == "problem" ? new(DataSetShape.Math, prompt, "answer")
            : prompt == "question" ? new(DataSetShape.Plain, prompt, "answer")
            : Has("messages") && Has("ground_truth") && Has("dataset") ? new(DataSetShape.OpenInstruct, "messages", "ground_truth")
            : Has("input") && labelled ? new(DataSetShape.OpenRlhf, "input", "label")
            : Has("input") && Has("output") && !Has("instruction") ? new(DataSetShape.NemoRl, "input", "output")
            : JsonFields.Find(row, GroundTruth) is not null ? new(DataSetShape.Verl, null, GroundTruth)
            : null;
    }

    /// <summary>Where a shape has its prompt and answer; the prompt is null where only the user can say.</summary>
    private readonly record struct Layout(DataSetShape Shape, string? Prompt, string Answer);
}
