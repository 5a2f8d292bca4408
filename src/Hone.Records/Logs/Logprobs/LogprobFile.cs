using System.Text.Json;

namespace Hone.Records.Logs.Logprobs;

/// <summary>
/// Log-probabilities that were computed for a log that has none, in a file beside it: a first line that says whose they are, then for
/// each of the log's files a line with its mark, and a line a completion: <c>file</c>, <c>row</c> (its place among the file's
/// completions, from 0), <c>mean_logprob</c> (null where it has none: too long for the model, or empty) and <c>tokens</c>.
/// </summary>
internal sealed class LogprobFile
{
    /// <summary>What the first line calls the form of the file.</summary>
    internal const string Form = "hone-logprobs";

    internal const int Version = 1;

    /// <summary>The file's name in a folder, and the end of its name beside a single file.</summary>
    internal const string Name = "hone-logprobs.jsonl";

    private readonly Dictionary<string, ScoredFile> _files = [];

    private LogprobFile(LogprobHeader header) => Header = header;

    /// <summary>Whose log-probabilities these are.</summary>
    internal LogprobHeader Header { get; }

    /// <summary>Where the log-probabilities of a log are.</summary>
    /// <param name="log">A folder or a file.</param>
    internal static string PathFor(string log) => Directory.Exists(log) ? Path.Combine(log, Name) : $"{log}.{Name}";

    /// <summary>What one of the log's files is called in it.</summary>
    internal static string NameOf(string log, LogFile file) => Directory.Exists(log)
        ? Path.GetRelativePath(log, file.Path).Replace('\\', '/')
        : Path.GetFileName(file.Path);

    /// <summary>Whether a file is one of these rather than a log.</summary>
    internal static bool Is(string path) => Path.GetFileName(path) is var name && (name == Name || name.EndsWith("." + Name, StringComparison.Ordinal));

    /// <summary>What is known of one of the log's files; null for nothing.</summary>
    internal ScoredFile? this[string file] => _files.GetValueOrDefault(file);

    /// <summary>Reads one; null where there is none, or not even a first line.</summary>
    /// <exception cref="InvalidDataException">It is another kind of file, or damaged in its middle.</exception>
    internal static LogprobFile? Read(string path)
    {
        if (!RegularFile.Is(path))
        {
            return null;
        }

        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        if (!reader.Read())
        {
            return null;
        }

        var file = new LogprobFile(HeaderOf(reader));
        while (reader.Read())
        {
            file.Take(reader);
        }

        return file;
    }

    private static LogprobHeader HeaderOf(JsonLineReader reader)
    {
        JsonElement line = JsonElement.Parse(reader.Json.Span);
        if (Text(line, "form") != Form || Text(line, "model") is not { } model || Text(line, "model_id") is not { } id
            || !Enum.TryParse(Text(line, "source"), ignoreCase: true, out LogprobSource source) || Text(line, "format") is not { } format)
        {
            throw reader.Error("is not the first line of Hone's log-probabilities, expected form, model, model_id, source and format",
                "remove the file and run hone score --rollouts again");
        }

        return Number(line, "version") == Version
            ? new LogprobHeader(model, id, source, format)
            : throw reader.Error($"is of version {Number(line, "version")}, expected {Version}",
                "remove the file and run hone score --rollouts again");
    }

    private void Take(JsonLineReader reader)
    {
        JsonElement line = JsonElement.Parse(reader.Json.Span);
        if (Text(line, "file") is not { } name)
        {
            throw Damaged(reader);
        }

        if (Number(line, "bytes") is long bytes and >= 0 && Text(line, "hash") is { } hash)
        {
            _files.TryAdd(name, new ScoredFile());
            _files[name].Mark = new FileMark(bytes, hash);
            return;
        }

        // A row takes more than a byte of its file.
        if (!_files.TryGetValue(name, out ScoredFile? file) || Number(line, "row") is not (long row and >= 0 and < int.MaxValue) || row > file.Mark.Bytes
            || !line.TryGetProperty("mean_logprob", out JsonElement mean) || mean.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
        {
            throw Damaged(reader);
        }

        file.Put((int)row, mean.ValueKind == JsonValueKind.Null ? double.NaN : mean.GetDouble());
    }

    private static InvalidDataException Damaged(JsonLineReader reader) => reader.Error(
        "is no line of Hone's log-probabilities, expected file and row with mean_logprob, behind a line with that file's bytes and hash",
        "remove the file and run hone score --rollouts again");

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : null;

    /// <summary>What is known of one of the log's files.</summary>
    internal sealed class ScoredFile
    {
        // By row, and not one after the other: the numbers are the file's own, and one of them must not ask for all memory.
        private readonly Dictionary<int, double> _values = [];

        /// <summary>What the file was when it was scored.</summary>
        internal FileMark Mark { get; set; }

        /// <summary>Rows up to the last one known.</summary>
        internal int Rows { get; private set; }

        /// <summary>Whether a row was scored, or found to have no score.</summary>
        internal bool Knows(int row) => _values.ContainsKey(row);

        /// <summary>The mean log-probability of a row's completion; NaN where it has none, or is not known.</summary>
        internal double this[int row] => _values.GetValueOrDefault(row, double.NaN);

        internal void Put(int row, double value)
        {
            Rows = Math.Max(Rows, row + 1);
            _values[row] = double.IsFinite(value) ? value : double.NaN;
        }
    }
}
