using System.Text.Json;
using Hone.Records.RunFolders;

namespace Hone.Records.Evaluations;

/// <summary>Held-out results by step, from Hone's evals.jsonl or from any JSON Lines file with a step and a value.</summary>
public static class HeldOutValues
{
    private static readonly string[] Names = ["value", "accuracy"];

    /// <summary>Reads a file. Of several data sets the value is their mean; a step that lacks one of them is left out.</summary>
    /// <param name="path">One object a line: `step`, `value` or `accuracy`, and `data_set` where there are several.</param>
    /// <returns>Value by step; of a step that was evaluated again the last.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line lacks a step or a finite value, or there is no line.</exception>
    public static IReadOnlyDictionary<int, double> Read(string path)
    {
        SortedDictionary<int, Dictionary<string, double>> steps = [];
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        while (reader.Read())
        {
            JsonElement line = JsonElement.Parse(reader.Json.Span);
            int step = line.TryGetProperty("step", out JsonElement whole) && whole.ValueKind == JsonValueKind.Number
                && whole.TryGetInt32(out int number) && number >= 0 ? number
                : throw reader.Error("the line has no whole number 'step', expected the step of a checkpoint",
                    "name the file of held-out results");
            string set = line.TryGetProperty("data_set", out JsonElement name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()! : "";
            if (!steps.TryGetValue(step, out Dictionary<string, double>? values))
            {
                steps.Add(step, values = []);
            }

            values[set] = Value(line) ?? throw reader.Error(
                "the line has no finite number 'value' or 'accuracy', expected a held-out result", "name the file of held-out results");
        }

        if (steps.Count == 0)
        {
            throw RecordError.In(path, "has no line, expected held-out results", "evaluate the checkpoints first, with hone eval");
        }

        int sets = steps.Values.SelectMany(values => values.Keys).Distinct().Count();
        return steps.Where(step => step.Value.Count == sets).ToDictionary(step => step.Key, step => step.Value.Values.Average());
    }

    /// <summary>The results of a log: those given, else those of the run folder.</summary>
    /// <param name="given">A file; null for none.</param>
    /// <param name="log">The log's path, which may be a run folder.</param>
    /// <returns>Null where there are none.</returns>
    public static IReadOnlyDictionary<int, double>? Of(string? given, string log)
    {
        string? file = given ?? (File.Exists(Path.Combine(log, "run.json")) ? RunFolder.Open(log).EvalsFile : null);
        return file is not null && (given is not null || new FileInfo(file) is { Exists: true, Length: > 0 }) ? Read(file) : null;
    }

    private static double? Value(JsonElement line)
    {
        foreach (string name in Names)
        {
            if (line.TryGetProperty(name, out JsonElement value))
            {
                return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
                    ? number : null;
            }
        }

        return null;
    }
}
