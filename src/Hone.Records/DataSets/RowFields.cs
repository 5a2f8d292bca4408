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
        string? prompt = map["prompt"] ?? PromptField(row);
        if (prompt is null)
        {
            return null;
        }

        bool verl = JsonFields.Find(row, GroundTruth) is not null;
        string answer = map["answer"] ?? (verl ? GroundTruth : "answer");
        string? answerText = JsonFields.Text(JsonFields.Find(row, answer));
        DataSetShape shape =
            answerText?.Contains(GoldMark, StringComparison.Ordinal) == true ? DataSetShape.Gsm8k
            : map["prompt"] is not null ? DataSetShape.Mapped
            : verl ? DataSetShape.Verl
            : prompt == "problem" ? DataSetShape.Math
            : prompt == "prompt" && answerText is null ? DataSetShape.Trl
            : DataSetShape.Plain;
        return new RowFields(shape, prompt, answer, map["solution"] ?? "solution", map["id"]);
    }

    // 'problem' goes before 'question': sets that carry both hold the same text in them, and are MATH-like.
    private static string? PromptField(JsonElement row) =>
        row.TryGetProperty("prompt", out _) ? "prompt"
        : row.TryGetProperty("problem", out _) ? "problem"
        : row.TryGetProperty("question", out _) && row.TryGetProperty("answer", out _) ? "question"
        : null;
}
