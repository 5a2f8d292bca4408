using System.Diagnostics;
using Hone.Dashboard.Samples;
using Hone.Records;
using Hone.Records.Lines;

namespace Hone.Dashboard.Runs;

/// <summary>Whether a run is still going on.</summary>
internal enum RunState
{
    Running,
    Finished,
    Stale,
}

/// <summary>One run: its metrics and evaluations, and, once a page asks for them, its rollouts and ranking. A look at the disk
/// happens when somebody asks, on one thread, and at most every half second.</summary>
internal sealed class RunView
{
    // A run whose steps take long may be silent for some of them.
    private const int SilentSteps = 5;
    private const long LargestRunFile = 1 << 24;

    // Metrics and held-out results are short; a rollout is not.
    private const int LongestMetricsLine = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(60);
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly ContainedFolder _root;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly LineTail _metricsTail;
    private readonly LineTail _evaluationsTail;
    private readonly Func<RunRollouts> _open;
    private readonly Troubles _troubles;
    private readonly CancellationToken _stop;
    private volatile RunSettings _settings = RunSettings.None;
    private Task _looking = Task.CompletedTask;
    private Task _indexing = Task.CompletedTask;
    private long _lookedAt;
    private long _indexedAt;
    private DateTime _runWritten;
    private RunRollouts? _rollouts;
    private LiveRanking? _ranking;
    private readonly Curves _metrics = new();
    private TableView? _curvesView;
    private volatile Curves? _fromRollouts;
    private volatile string? _lookTrouble;
    private volatile string? _indexTrouble;

    /// <param name="place">Name, folder, and format as --format takes it.</param>
    /// <param name="open">Opens its rollouts, once a page asks for them.</param>
    /// <param name="root">What reading must not leave.</param>
    /// <param name="time">The clock that tells running from stale.</param>
    /// <param name="troubles">Takes what goes wrong in the background.</param>
    /// <param name="stop">Ends the work in the background.</param>
    public RunView(
        (string Name, string Path, string Format) place, Func<RunRollouts> open, ContainedFolder root, TimeProvider time, Troubles troubles,
        CancellationToken stop)
    {
        (Name, Path, Format) = place;
        (_open, _root, _time, _troubles, _stop) = (open, root, time, troubles, stop);
        _metricsTail = new LineTail(In("metrics.jsonl"), LongestMetricsLine);
        _evaluationsTail = new LineTail(In("evals.jsonl"), LongestMetricsLine);
    }

    public string Name { get; }

    public string Path { get; }

    /// <summary>What wrote it: a name that --format takes.</summary>
    public string Format { get; }

    /// <summary>Steps that the run is to take; null where nobody says.</summary>
    public int? TotalSteps => _settings.Steps;

    /// <summary>The model that it started from; null where nobody says.</summary>
    public string? Model => _settings.Model;

    /// <summary>When its files last changed.</summary>
    public DateTime Changed { get; private set; }

    /// <summary>Lines of its metrics and held-out results that could not be read.</summary>
    public int BadLines => _metricsTail.BadLines + _evaluationsTail.BadLines;

    /// <summary>What went wrong at the last look at its files, in a sentence; null for nothing.</summary>
    public string? Trouble => _lookTrouble ?? _indexTrouble;

    /// <summary>When a page last asked for its rollouts.</summary>
    public long UsedAt { get; private set; }

    public Evaluations Evaluations { get; } = new();

    /// <summary>Finds and sorts its rollouts.</summary>
    public SampleSelection Selection { get; private set; } = new();

    /// <summary>The rollouts as far as they are indexed; null before a page asked for them.</summary>
    public RunRollouts? Rollouts => Volatile.Read(ref _rollouts);

    /// <summary>The ranking so far; null before there is one.</summary>
    public RankedSoFar? Ranking => _ranking?.Current;

    /// <summary>The file's curves, or those that the rollouts give where there is none.</summary>
    public Curves Curves => _metrics.LastStep == 0 && _fromRollouts is { } made ? made : _metrics;

    /// <summary>Finished, running, or silent for longer than its steps take.</summary>
    public RunState State
    {
        get
        {
            if (TotalSteps is { } total && Curves.LastStep >= total)
            {
                return RunState.Finished;
            }

            double step = (Curves.Last("seconds_sampling") ?? 0) + (Curves.Last("seconds_training") ?? 0);
            var silence = TimeSpan.FromSeconds(Math.Max(LeastSilence.TotalSeconds, Math.Min(SilentSteps * step, TimeSpan.SecondsPerDay)));
            return _time.GetUtcNow() - Changed < silence ? RunState.Running : RunState.Stale;
        }
    }

    /// <summary>Sees what is new in the small files.</summary>
    public Task LookAsync()
    {
        lock (_lock)
        {
            if (_looking.IsCompleted && Stopwatch.GetElapsedTime(_lookedAt) >= Pause)
            {
                _looking = Task.Run(Look, _stop);
            }

            return _looking;
        }
    }

    /// <summary>Sees what is new in the rollouts, and ranks; waits no longer than a page should.</summary>
    public async Task LookAtRolloutsAsync(TimeSpan patience)
    {
        Task indexing;
        lock (_lock)
        {
            UsedAt = Stopwatch.GetTimestamp();
            if (_rollouts is null)
            {
                Volatile.Write(ref _rollouts, _open());
                _ranking = new LiveRanking(Path, _root);
            }

            if (_indexing.IsCompleted && Stopwatch.GetElapsedTime(_indexedAt) >= Pause)
            {
                (RunRollouts rollouts, LiveRanking ranking) = (_rollouts!, _ranking!);
                _indexing = Task.Run(() => Index(rollouts, ranking), _stop);
            }

            indexing = _indexing;
        }

        await Task.WhenAny(indexing, Task.Delay(patience, _stop));
    }

    /// <summary>Lets go of the rollouts' index.</summary>
    public void Unload()
    {
        lock (_lock)
        {
            if (_indexing.IsCompleted)
            {
                Volatile.Write(ref _rollouts, null);
                (_ranking, _curvesView, _indexedAt, Selection) = (null, null, 0, new SampleSelection());
            }
        }
    }

    private void Look()
    {
        try
        {
            Follow(_metricsTail, _metrics.Clear, _metrics.Take);
            Follow(_evaluationsTail, Evaluations.Clear, Evaluations.Take);
            ReadRunFile();
            Changed = LastChange();
            _lookTrouble = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder may be deleted under us; what was read stands until the list drops it.
            Debug.WriteLine(error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _lookTrouble = _troubles.Say(Name, "its metrics cannot be read", error);
        }
        finally
        {
            _lookedAt = Stopwatch.GetTimestamp();
        }
    }

    private void Index(RunRollouts rollouts, LiveRanking ranking)
    {
        try
        {
            rollouts.Refresh(_stop);
            TableView view = rollouts.Table.View;
            if (_metrics.LastStep == 0 && view.Live > 0 && !ReferenceEquals(_curvesView, view))
            {
                (_curvesView, _fromRollouts) = (view, Curves.Of(view));
            }

            ranking.Refresh(rollouts, _settings);
            _indexTrouble = null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _indexTrouble = _troubles.Say(Name, "its rollouts cannot be read or ranked", error);
        }
        finally
        {
            _indexedAt = Stopwatch.GetTimestamp();
        }
    }

    private void Follow(LineTail tail, Action clear, TakeLine take)
    {
        if (!File.Exists(tail.Path) || _root.Holds(tail.Path))
        {
            tail.Look(clear, (line, _, _) => take(line), _stop);
        }
    }

    private delegate bool TakeLine(ReadOnlySpan<byte> line);

    private void ReadRunFile()
    {
        var file = new FileInfo(In("run.json"));
        if (file.Exists && file.Length <= LargestRunFile && file.LastWriteTimeUtc != _runWritten && _root.Holds(file.FullName)
            && RegularFile.Is(file.FullName))
        {
            _settings = RunSettings.Read(File.ReadAllBytes(file.FullName));
            _runWritten = file.LastWriteTimeUtc;
        }
    }

    // Of a log without metrics its newest rollouts tell; else the metrics do, since each step ends with a line there.
    private DateTime LastChange()
    {
        FileInfo metrics = new(In("metrics.jsonl"));
        if (metrics.Exists)
        {
            return metrics.LastWriteTimeUtc;
        }

        var folder = new DirectoryInfo(Path);
        return !folder.Exists ? Changed
            : folder.EnumerateFiles("*", Below)
                .Select(file => file.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
