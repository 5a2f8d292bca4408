using System.Text.Json;

namespace Hone.Records.RunFolders;

/// <summary>The metrics of one step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Values">The metrics by name; NaN where the file has null.</param>
public sealed record MetricsLine(int Step, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Reads metrics.jsonl as it is asked for; a half line at its end, which a run is just writing, is left
    /// out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipped">Is given what is wrong with a line, which is then left out; null makes it an error.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is no JSON object with a step, or the file cannot be read on.</exception>
    public static IEnumerable<MetricsLine> ReadAll(string path, Action<InvalidDataException>? skipped = null)
    {
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        while (Next(reader, skipped, out MetricsLine? line))
        {
            if (line is not null)
            {
                yield return line;
            }
        }
    }

    // False at the end; no line where it was left out.
    private static bool Next(JsonLineReader reader, Action<InvalidDataException>? skipped, out MetricsLine? line)
    {
        line = null;
        int before = reader.LineNumber;
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            line = Parse(reader);
        }
        catch (InvalidDataException error) when (skipped is not null && reader.LineNumber > before)
        {
            skipped(error);
        }

        return true;
    }

    private static MetricsLine Parse(JsonLineReader reader)
    {
        int? step = null;
        Dictionary<string, double> values = [];
        foreach (JsonProperty field in JsonElement.Parse(reader.Json.Span).EnumerateObject())
        {
            if (field.NameEquals("step"))
            {
                step = field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out int whole)
                    ? whole : null;
            }
            else if (field.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Null)
            {
                bool isNull = field.Value.ValueKind == JsonValueKind.Null;
                values[field.Name] = isNull ? double.NaN : field.Value.GetDouble();
            }
        }

        return new MetricsLine(
            step ?? throw reader.Error("the line has no whole number 'step', expected a line of metrics.jsonl",
                "check that this is the right file"),
            values);
    }
}
