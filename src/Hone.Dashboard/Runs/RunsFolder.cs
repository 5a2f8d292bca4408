using System.Diagnostics;
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

    // Formats that any rows fit are no sign of a run.
    private static readonly string[] AnyRows = ["json-lines", "csv", "parquet"];
    private readonly ContainedFolder _root;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (DateTime Written, string? Format)> _formats = [];
    private Dictionary<string, RunView> _runs = [];
    private long _listedAt;

    /// <param name="path">The folder.</param>
    /// <param name="time">The clock that tells running from stale.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public RunsFolder(string path, TimeProvider time)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException(
                $"{path}: no such folder, expected a folder of runs, or one run. Hint: hone train --set out=DIR/NAME writes a run into DIR.");
        }

        (_root, _time) = (new ContainedFolder(path), time);
    }

    /// <summary>The folder's own name.</summary>
    public string Name => System.IO.Path.GetFileName(_root.Path) is { Length: > 0 } name ? name : _root.Path;

    /// <summary>What reading must not leave.</summary>
    public ContainedFolder Root => _root;

    /// <summary>Links that lead out of the folder and are not followed.</summary>
    public int LinksOut { get; private set; }

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
        int links = 0;
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
                else if (found.Count < MostRuns && FormatOf(path) is { } known)
                {
                    Keep(found, System.IO.Path.GetFileName(path), path, known);
                }
            }
        }

        LinksOut = links;
        _runs = found;
    }

    private void Keep(Dictionary<string, RunView> found, string name, string path, string format) => found.Add(
        name, _runs.TryGetValue(name, out RunView? known) && known.Format == format ? known
            : new RunView(name, path, format, _root, _time, _stop.Token));

    private string[] Folders()
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(_root.Path).Where(path => System.IO.Path.GetFileName(path)[0] != '.')
                    .Order(StringComparer.Ordinal),
            ];
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
            return "hone";
        }

        try
        {
            DateTime written = Directory.GetLastWriteTimeUtc(path);
            if (!_formats.TryGetValue(path, out (DateTime Written, string? Format) known) || known.Written != written)
            {
                known = (written, Recognised(path));
                _formats[path] = known;
            }

            return known.Format;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Recognised(string path)
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
    }
}
