namespace Hone.Records.Logs.Logprobs;

/// <summary>Joins log-probabilities that were added beside a log to its rows, as they are read in order.</summary>
internal sealed class AddedLogprobs
{
    private readonly string _log;
    private readonly string _path;
    private readonly LogprobFile _file;
    private LogprobFile.ScoredFile? _current;
    private string _currentPath = "";
    private int _row;
    private int _filled;
    private int _missing;

    private AddedLogprobs(string log, string path, LogprobFile file) => (_log, _path, _file) = (log, path, file);

    /// <summary>Those of a log; null where there are none.</summary>
    /// <param name="log">The log.</param>
    /// <param name="format">Name of the format that it is read as.</param>
    /// <exception cref="InvalidDataException">The file beside the log is damaged, or its rows were counted by another format.</exception>
    internal static AddedLogprobs? For(string log, string format)
    {
        string path = LogprobFile.PathFor(log);
        if (LogprobFile.Read(path) is not { } file)
        {
            return null;
        }

        RequireFormat(path, file.Header.Format, format);
        return new AddedLogprobs(log, path, file);
    }

    /// <summary>Requires that rows are counted by the format that they were scored by.</summary>
    internal static void RequireFormat(string path, string scored, string format)
    {
        if (scored != format)
        {
            throw RecordError.In(path, $"holds log-probabilities of rows counted as format {scored}, the log is read as {format}, "
                + "expected the same", $"say --format {scored}, or remove the file and run hone score --rollouts again");
        }
    }

    /// <summary>Starts a file of the log.</summary>
    /// <exception cref="InvalidDataException">It is no longer the one that was scored.</exception>
    internal void Begin(LogFile file)
    {
        End();
        _current = _file[LogprobFile.NameOf(_log, file)];
        _currentPath = file.Path;
        _row = 0;
        RequireSame(_path, file, _current);
    }

    /// <summary>Gives the file's next row what its log does not have.</summary>
    internal void Fill(ref LoggedRow row)
    {
        ref double value = ref _file.Header.Source == LogprobSource.Reference ? ref row.RefMeanLogprob : ref row.MeanLogprob;
        if (!double.IsFinite(value))
        {
            value = _current?[_row] ?? double.NaN;
            _filled += double.IsFinite(value) ? 1 : 0;
            _missing += double.IsFinite(value) ? 0 : 1;
        }

        _row++;
    }

    /// <summary>What to know of them, when all rows are read.</summary>
    /// <exception cref="InvalidDataException">There are log-probabilities of more rows than the log has.</exception>
    internal IEnumerable<LogFinding> Finish()
    {
        End();
        List<LogFinding> findings = [];
        string whose = _file.Header.Source == LogprobSource.Reference ? "reference log-probabilities" : "log-probabilities";
        if (_filled > 0)
        {
            findings.Add(new LogFinding("added_logprobs",
                FormattableString.Invariant($"the {whose} of {_filled} completions are those of {_file.Header.Model}, from {_path}")));
        }

        if (_missing > 0)
        {
            findings.Add(new LogFinding("added_logprobs_missing",
                FormattableString.Invariant($"{_missing} completions have no {whose} in {_path}: they are too long for the model, empty, ")
                + "or newer; hone score --rollouts adds those of new ones"));
        }

        return findings;
    }

    /// <summary>Requires that a log file is the one that was scored, or has only grown.</summary>
    internal static void RequireSame(string path, LogFile file, LogprobFile.ScoredFile? scored)
    {
        if (scored is not null && !scored.Mark.Holds(file.Path))
        {
            throw RecordError.In(path, $"{file.Path} has changed since its completions were scored, expected the same file or a longer one",
                "remove the file of log-probabilities and run hone score --rollouts again");
        }
    }

    private void End()
    {
        if (_current is not null && _current.Rows > _row)
        {
            throw RecordError.In(_path, $"holds {_current.Rows} completions of {_currentPath}, which is read as {_row}, expected no more",
                "read the log with the options it was scored with, or remove the file and run hone score --rollouts again");
        }
    }
}
