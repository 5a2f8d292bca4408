using Hone.Records.Lines;

namespace Hone.Records.Logs.Logprobs;

/// <summary>
/// Adds log-probabilities to a log, in <c>hone-logprobs.jsonl</c> in its folder, or <c>FILE.hone-logprobs.jsonl</c> beside a single
/// file. Each line is in the file as soon as it is written, so that a stopped program can go on.
/// </summary>
public sealed class LogprobWriter : IDisposable
{
    private readonly string _log;
    private readonly LogprobHeader _header;
    private readonly LogprobFile? _known;
    private LineAppender? _appender;
    private LogFile? _marked;

    private LogprobWriter(string log, LogprobHeader header, LogprobFile? known) => (_log, _header, _known) = (log, header, known);

    /// <summary>The file that is written.</summary>
    public string Path => LogprobFile.PathFor(_log);

    /// <summary>Opens the file of a log, which goes on where it ends; it is made with the first line.</summary>
    /// <param name="log">A folder of rollout files, or one file.</param>
    /// <param name="header">Whose log-probabilities come.</param>
    /// <exception cref="InvalidDataException">The file holds those of another model or meaning, or is no such file.</exception>
    public static LogprobWriter Open(string log, LogprobHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        string path = LogprobFile.PathFor(log);
        LogprobFile? known = LogprobFile.Read(path);
        if (known is { Header: { } was } && (was.ModelId != header.ModelId || was.Source != header.Source))
        {
            string held = $"holds {Word(was.Source)} log-probabilities of {was.Model}";
            throw was.Source != header.Source
                ? RecordError.In(path, $"{held}, these would be {Word(header.Source)} ones, expected one meaning a file",
                    $"go on with --as {Word(was.Source)}, or remove the file")
                : RecordError.In(path, $"{held} (id {Short(was.ModelId)}), this is {header.Model} (id {Short(header.ModelId)}), expected one model a file",
                    "score with the same model, or remove the file");
        }

        if (known is not null)
        {
            AddedLogprobs.RequireFormat(path, known.Header.Format, header.Format);
        }

        return new LogprobWriter(log, header, known);
    }

    /// <summary>Requires that a log file is the one whose rows were scored, or has only grown since.</summary>
    /// <exception cref="InvalidDataException">It is another one now.</exception>
    public void RequireSame(LogFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        AddedLogprobs.RequireSame(Path, file, _known?[LogprobFile.NameOf(_log, file)]);
    }

    /// <summary>Whether a completion is in the file already.</summary>
    /// <param name="file">A file of the log.</param>
    /// <param name="row">The completion's place in it, from 0.</param>
    public bool Knows(LogFile file, int row)
    {
        ArgumentNullException.ThrowIfNull(file);
        return _known?[LogprobFile.NameOf(_log, file)]?.Knows(row) ?? false;
    }

    /// <summary>The mean log-probability, in nats, that the file has of a completion; NaN where it has none.</summary>
    /// <param name="file">A file of the log.</param>
    /// <param name="row">The completion's place in it, from 0.</param>
    public double Known(LogFile file, int row)
    {
        ArgumentNullException.ThrowIfNull(file);
        return _known?[LogprobFile.NameOf(_log, file)]?[row] ?? double.NaN;
    }

    /// <summary>Writes a completion's line.</summary>
    /// <param name="file">A file of the log.</param>
    /// <param name="row">The completion's place in it, from 0.</param>
    /// <param name="meanLogprob">Mean log-probability of its tokens, in nats; NaN where there is none.</param>
    /// <param name="tokens">Number of its tokens.</param>
    public void Append(LogFile file, int row, double meanLogprob, int tokens)
    {
        ArgumentNullException.ThrowIfNull(file);
        _appender ??= Begin();
        string name = LogprobFile.NameOf(_log, file);
        if (_marked != file)
        {
            _marked = file;
            Mark(name, file);
        }

        _appender.Append(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("file", name);
            writer.WriteNumber("row", row);
            if (double.IsFinite(meanLogprob))
            {
                writer.WriteNumber("mean_logprob", meanLogprob);
            }
            else
            {
                writer.WriteNull("mean_logprob");
            }

            writer.WriteNumber("tokens", tokens);
            writer.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _appender?.Dispose();

    private LineAppender Begin()
    {
        var appender = new LineAppender(Path);
        if (_known is null)
        {
            appender.Append(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("form", LogprobFile.Form);
                writer.WriteNumber("version", LogprobFile.Version);
                writer.WriteString("model", _header.Model);
                writer.WriteString("model_id", _header.ModelId);
                writer.WriteString("source", Word(_header.Source));
                writer.WriteString("format", _header.Format);
                writer.WriteString("text", "prompt and completion as logged; no end token");
                writer.WriteEndObject();
            });
        }

        return appender;
    }

    // A file that has grown is marked anew; the last mark counts.
    private void Mark(string name, LogFile file)
    {
        FileMark mark = FileMark.Of(file.Path);
        if (_known?[name]?.Mark == mark)
        {
            return;
        }

        _appender!.Append(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("file", name);
            writer.WriteNumber("bytes", mark.Bytes);
            writer.WriteString("hash", mark.Hash);
            writer.WriteEndObject();
        });
    }

    private static string Word(LogprobSource source) => source.ToString().ToLowerInvariant();

    private static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
