using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Records.Lines;

namespace Hone.Records.Evaluations;

/// <summary>All numbers by step and name that a file of evaluations or metrics holds.</summary>
internal sealed class StepRows
{
    // How much of a file is looked at to tell lines from one document.
    private const int Start = 4096;

    // Objects within a row that hold its metrics.
    private static readonly string[] Inner = ["data", "mean_of_sets"];

    private readonly SortedDictionary<int, Dictionary<string, double>> _steps = [];

    private StepRows()
    {
    }

    /// <summary>The numbers of each step.</summary>
    public IReadOnlyDictionary<int, Dictionary<string, double>> Steps => _steps;

    /// <summary>The best value of the metric that the trainer watched, and its step; null where the file says nothing of it.</summary>
    public (int Step, double Value)? Best { get; private set; }

    /// <summary>Reads a file of JSON Lines, or of one JSON document.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static StepRows Read(string path)
    {
        var rows = new StepRows();
        if (File.Exists(path) && IsDocument(path))
        {
            using JsonDocument document = Parse(path);
            rows.AddDocument(document.RootElement);
            return rows;
        }

        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        while (reader.Read())
        {
            using JsonDocument line = JsonDocument.Parse(reader.Json);
            rows.AddDocument(line.RootElement);
        }

        return rows;
    }

    // A file whose first line is no whole object is one document over several lines.
    private static bool IsDocument(string path)
    {
        byte[] start = new byte[Start];
        int length = Reading(path, () =>
        {
            using FileStream file = File.OpenRead(path);
            return file.ReadAtLeast(start, Start, throwOnEndOfStream: false);
        });
        ReadOnlySpan<byte> text = start.AsSpan(0, length).TrimStart(" \t\r\n\uFEFF"u8);
        int end = text.IndexOf((byte)'\n');
        return text.StartsWith("["u8) || (text.StartsWith("{"u8) && end >= 0 && !text[..end].TrimEnd(" \t\r"u8).EndsWith("}"u8));
    }

    private static JsonDocument Parse(string path)
    {
        byte[] content = Reading(path, () => File.ReadAllBytes(path));
        if (!Utf8.IsValid(content))
        {
            throw RecordError.In(path, "is not valid UTF-8, expected JSON in UTF-8", "correct the file, or write it again");
        }

        var repaired = new ArrayBufferWriter<byte>();
        PythonJson.Repair(content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsSpan(3) : content, repaired);
        try
        {
            return JsonDocument.Parse(repaired.WrittenMemory);
        }
        catch (JsonException error)
        {
            throw RecordError.At(path, (int)Math.Min(int.MaxValue - 1, error.LineNumber ?? 0) + 1,
                "invalid JSON, expected a whole document or one object a line", "correct the file, or write it again");
        }
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check that it is a file, and its permissions");
        }
    }

    private void AddDocument(JsonElement document)
    {
        if (document.ValueKind == JsonValueKind.Array)
        {
            AddAll(document);
        }
        else if (document.ValueKind == JsonValueKind.Object)
        {
            if (document.TryGetProperty("log_history", out JsonElement history))
            {
                AddAll(history);
                AddBest(document);
            }
            else if (document.TryGetProperty("checkpoints", out JsonElement checkpoints))
            {
                AddAll(checkpoints);
            }
            else
            {
                AddRow(document);
            }
        }
    }

    private void AddAll(JsonElement rows)
    {
        foreach (JsonElement row in rows.ValueKind == JsonValueKind.Array ? rows.EnumerateArray() : default)
        {
            AddRow(row);
        }
    }

    private void AddBest(JsonElement state)
    {
        if (Number(state, "best_metric") is double value && _steps.Count > 0)
        {
            // Newer versions say the step; older ones name the folder.
            int? step = Whole(state, "best_global_step") ?? (JsonFields.Text(JsonFields.Find(state, "best_model_checkpoint")) is { } folder
                ? RunFolders.CheckpointName.Of(Path.GetFileName(folder))?.Step : null);
            Best = step is int known ? (known, value) : null;
        }
    }

    private void AddRow(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || Whole(row, "step") is not int step)
        {
            return;
        }

        if (!_steps.TryGetValue(step, out Dictionary<string, double>? values))
        {
            _steps[step] = values = [];
        }

        // Our lines name their data set; verl's file log keeps its metrics one level down.
        string? dataSet = JsonFields.Text(JsonFields.Find(row, "data_set"));
        foreach (JsonElement fields in (JsonElement[])
            [row, .. Inner.Select(name => JsonFields.Find(row, name)).OfType<JsonElement>()])
        {
            foreach (JsonProperty field in fields.ValueKind == JsonValueKind.Object ? fields.EnumerateObject() : default)
            {
                if (Number(field.Value) is double value)
                {
                    values[dataSet is null ? field.Name : $"{field.Name} of {dataSet}"] = value;
                }
            }
        }
    }

    private static double? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) ? Number(value) : null;

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    // Data frames write whole numbers as 40.0.
    private static int? Whole(JsonElement row, string name) =>
        Number(row, name) is double number && number >= 0 && number <= int.MaxValue && Math.Floor(number) == number ? (int)number : null;
}
