using System.Text.Json.Serialization;

namespace Hone.Records;

/// <summary>What one teacher-forced pass said of a prompt: a line of scores.jsonl.</summary>
/// <param name="Id">The prompt's id.</param>
/// <param name="Confidence">Mean log-probability of the target's tokens, in nats; NaN stands as null.</param>
/// <param name="Probability">Its exponential.</param>
/// <param name="Tokens">Number of the target's tokens.</param>
/// <param name="Target">The target that was scored; null where it is not recorded.</param>
/// <param name="PromptHash">The prompt's <see cref="DataSets.DataRow.PromptHash"/>; null where it is not recorded.</param>
public sealed record ScoreLine(
    string Id,
    double Confidence,
    double Probability,
    int Tokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Target = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PromptHash = null)
{
    /// <summary>Whether the score can be that of a row: its prompt is the same, as far as is recorded.</summary>
    /// <param name="row">A row with this score's id.</param>
    public bool IsOf(DataSets.DataRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return PromptHash is null || PromptHash == row.PromptHash;
    }

    /// <summary>Reads scores.jsonl. A half line at its end, where scoring was stopped, is left out.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not one of ours, or an id comes twice.</exception>
    public static IReadOnlyList<ScoreLine> ReadAll(string path)
    {
        List<ScoreLine> lines = [];
        HashSet<string> ids = [];
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        while (reader.Read())
        {
            ScoreLine line = RecordJson.Parse(reader, RecordJson.Lines.ScoreLine);
            if (!ids.Add(line.Id))
            {
                throw reader.Error($"id {RecordError.Quote(line.Id)} comes twice, expected one score a prompt",
                    "remove one of the two lines, or score again into a new file");
            }

            lines.Add(line);
        }

        return lines;
    }
}
