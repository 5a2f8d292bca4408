using System.Diagnostics;
using Hone.Dashboard.Samples;
using Hone.Records.Logs;
using Hone.Records.Logs.Texts;

namespace Hone.Dashboard.Runs;

/// <summary>The runs of a folder, or the one run that the folder is. Names from requests are looked up among those found by listing;
/// they never become part of a path.</summary>
internal sealed class RunsFolder : IDisposable
{
    /// <summary>Most runs that are shown.</summary>
    public const int MostRuns = 1000;

    // Indexes of rollouts that are held at a time.
    private const int MostIndexes = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // A folder without a log may get one in a file that is there already: it is looked at again, which takes at most a tenth of
    // the time.
    private const int RetryFactor = 9;
    private static readonly TimeSpan LeastRetry = TimeSpan.FromSeconds(1);

    private const string Ours = "hone";

    // Formats that any rows fit are no sign of a run.
    private static readonly string[] AnyRows = ["json-lines", "csv", "parquet"];
    private readonly ContainedFolder _root;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Troubles _troubles;
    private readonly Dictionary<string, KnownFormat> _formats = [];
    private Dictionary<string, RunView> _runs = [];
    private long _listedAt;

    /// <param name="path">The folder.</param>
    /// <param name="time">The clock that tells running from stale.</param>
    /// <param name="errors">Where to say what goes wrong in the background.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public RunsFolder(string path, TimeProvider time, TextWriter errors)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException(
                $"{path}: no such folder, expected a folder of runs, or one run. Hint: hone train --set out=DIR/NAME writes a run into DIR.");
        }

        (_root, _time, _troubles) = (new ContainedFolder(path), time, new Troubles(errors));
    }

    /// <summary>The folder's own name.</summary>
    public string Name => System.IO.Path.GetFileName(_root.Path) is { Length: > 0 } name ? name : _root.Path;

    /// <summary>What reading must not leave.</summary>
    public ContainedFolder Root => _root;

    /// <summary>Links that lead out of the folder and are not followed.</summary>
    public int LinksOut { get; private set; }

    /// <summary>Folders that were not looked at, for there are <see cref="MostRuns"/> runs without them.</summary>
    public int NotShown { get; private set; }

    /// <summary>The runs, the newest first, each with a fresh look at its small files.</summary>
    public async Task<IReadOnlyList<RunView>> ListAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_listedAt == 0 || Stopwatch.GetElapsedTime(_listedAt) >= Pause)
            {
                await Task.Run(Find, cancel);
                _listedAt = Stopwatch.GetTimestamp();
            }
        }
        finally
        {
            _one.Release();
        }

        RunView[] runs = [.. _runs.Values];
        await Task.WhenAll(runs.Select(run => run.LookAsync())).WaitAsync(cancel);
        return [.. runs.OrderByDescending(run => run.Changed).ThenBy(run => run.Name, StringComparer.Ordinal)];
    }

    /// <summary>A run by its name, with a fresh look at its small files; null where there is none.</summary>
    public async Task<RunView?> RunAsync(string name, CancellationToken cancel)
    {
        if (!_runs.TryGetValue(name, out RunView? run) || !Directory.Exists(run.Path))
        {
            await ListAsync(cancel);
            run = _runs.GetValueOrDefault(name);
        }

        if (run is not null)
        {
            await run.LookAsync().WaitAsync(cancel);
        }

        return run;
    }

    /// <summary>Lets go of the indexes that were not used for longest, where there are many.</summary>
    public void Trim()
    {
        foreach (RunView run in _runs.Values.Where(run => run.Rollouts is not null).OrderByDescending(run => run.UsedAt).Skip(MostIndexes))
        {
            run.Unload();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _one.Dispose();
    }

    private void Find()
    {
        Dictionary<string, RunView> found = [];
        int links = 0, more = 0;
        if (FormatOf(_root.Path) is { } format)
        {
            Keep(found, Name, _root.Path, format);
        }
        else
        {
            foreach (string path in Folders())
            {
                if (!_root.Holds(path))
                {
                    links++;
                }
                else if (found.Count == MostRuns)
                {
                    more++;
                }
                else if (FormatOf(path) is { } known)
                {
                    Keep(found, System.IO.Path.GetFileName(path), path, known);
                }
            }
        }

        (LinksOut, NotShown) = (links, more);
        _runs = found;
    }

    private void Keep(Dictionary<string, RunView> found, string name, string path, string format) => found.Add(
        name, _runs.TryGetValue(name, out RunView? known) && known.Format == format ? known
            : new RunView((name, path, format), () => Open(path, format), _root, _time, _troubles, _stop.Token));

    private RunRollouts Open(string path, string format) =>
        format == Ours ? new RolloutIndex(path, _root) : new ForeignRollouts(path, _root);

    private string[] Folders()
    {
        try
        {
            string[] paths = [.. Directory.EnumerateDirectories(_root.Path).Where(path => System.IO.Path.GetFileName(path)[0] != '.')];

            // Of more than are shown those that were written to last.
            return paths.Length > MostRuns
                ? [.. paths.OrderByDescending(Directory.GetLastWriteTimeUtc).ThenBy(path => path, StringComparer.Ordinal)]
                : [.. paths.Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Ours is told by its files' names; other logs by the first rows of their files, which is looked at when the folder changes.
    private string? FormatOf(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, "run.json")) || File.Exists(System.IO.Path.Combine(path, "metrics.jsonl")))
        {
            return Ours;
        }

        try
        {
            DateTime written = Directory.GetLastWriteTimeUtc(path);
            if (!_formats.TryGetValue(path, out KnownFormat? known) || known.Written != written
                || (known.Format is null && Stopwatch.GetElapsedTime(known.LookedAt) > known.Retry))
            {
                long start = Stopwatch.GetTimestamp();
                string? format = Recognised(path);
                TimeSpan retry = Stopwatch.GetElapsedTime(start) * RetryFactor;
                known = new KnownFormat(written, format, Stopwatch.GetTimestamp(), retry > LeastRetry ? retry : LeastRetry);
                _formats[path] = known;
            }

            return known.Format;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string? Recognised(string path)
    {
        try
        {
            string format = RolloutTexts.Open(path, new LogOptions()).Format.Name;
            return AnyRows.Contains(format) ? null : format;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _troubles.Say(System.IO.Path.GetFileName(path), "what is in this folder cannot be told", error);
            return null;
        }
    }

    private sealed record KnownFormat(DateTime Written, string? Format, long LookedAt, TimeSpan Retry);
}
