using System.Text.Json;

namespace Hone.Dashboard.Runs;

/// <summary>A held-out result: accuracy with its interval, null where the line does not say.</summary>
internal sealed record Evaluation(int Step, string DataSet, double Accuracy, double? Low, double? High, int? Prompts);

/// <summary>The lines of evals.jsonl.</summary>
internal sealed class Evaluations
{
    // Each line is looked for among those before it.
    private const int Most = 5000;
    private const int LongestName = 200;
    private IReadOnlyList<Evaluation> _all = [];

    /// <summary>All so far, in the order of the file; of a step and set the last.</summary>
    public IReadOnlyList<Evaluation> All => Volatile.Read(ref _all);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Volatile.Write(ref _all, []);

    /// <summary>Takes a line.</summary>
    /// <returns>False where it is half a line, no result, or one too many.</returns>
    public bool Take(ReadOnlySpan<byte> line)
    {
        try
        {
            JsonElement row = JsonElement.Parse(line);
            if (row.ValueKind != JsonValueKind.Object || Number(row, "step") is not { } step || Number(row, "accuracy") is not { } accuracy)
            {
                return false;
            }

            string set = row.TryGetProperty("data_set", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
            var taken = new Evaluation(
                (int)step, set[..Math.Min(set.Length, LongestName)], accuracy, Number(row, "low"), Number(row, "high"), (int?)Number(row, "prompts"));
            Evaluation[] others = [.. _all.Where(known => known.Step != taken.Step || known.DataSet != taken.DataSet)];
            if (others.Length == Most)
            {
                return false;
            }

            Volatile.Write(ref _all, [.. others, taken]);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static double? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            ? value.GetDouble()
            : null;
}
