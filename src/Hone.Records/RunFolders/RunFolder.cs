using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Records.RunFolders;

/// <summary>The folder of one run: where each of its files lies.</summary>
public sealed class RunFolder
{
    private const string PromptsName = "prompts.jsonl";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder, as it was named.</summary>
    public string Path { get; }

    /// <summary>The run's name: that of its folder.</summary>
    public string Name => new DirectoryInfo(Path).Name;

    /// <summary>The prompts of a generated set: prompts.jsonl.</summary>
    public string PromptsFile => In(PromptsName);

    /// <summary>The resolved configuration: run.json.</summary>
    public string RunFile => In("run.json");

    /// <summary>One line a step: metrics.jsonl.</summary>
    public string MetricsFile => In("metrics.jsonl");

    /// <summary>Held-out results by step: evals.jsonl.</summary>
    public string EvalsFile => In("evals.jsonl");

    /// <summary>The checkpoints that were deleted to keep the best alone: deleted.jsonl.</summary>
    public string DeletedFile => In("deleted.jsonl");

    /// <summary>The ranked checkpoints: ranking.json.</summary>
    public string RankingFile => In("ranking.json");

    /// <summary>The run's summary: summary.json.</summary>
    public string SummaryFile => In("summary.json");

    /// <summary>The report: report.html.</summary>
    public string ReportFile => In("report.html");

    /// <summary>The folder of the rollouts.</summary>
    public string RolloutsFolder => In("rollouts");

    /// <summary>The folder of the batches of updates that were not made.</summary>
    public string FaultsFolder => In("faults");

    /// <summary>The model that supervised training ends with.</summary>
    public string ModelFolder => In("model");

    /// <summary>The folder of the checkpoints.</summary>
    public string CheckpointsFolder => In("checkpoints");

    /// <summary>The checkpoints by step; none where none was written yet. What is in them is not looked at: a run that goes on
    /// from a damaged one is to say so.</summary>
    public IReadOnlyList<Checkpoint> Checkpoints => !Directory.Exists(CheckpointsFolder) ? [] :
    [
        .. Directory.EnumerateDirectories(CheckpointsFolder)
            .Select(path => (Path: path, Name: CheckpointName.Of(System.IO.Path.GetFileName(path))))
            .Where(found => found.Name is { Unfinished: null })
            .Select(found => new Checkpoint(found.Name!.Value.Step, found.Path))
            .OrderBy(checkpoint => checkpoint.Step)
            .ThenBy(checkpoint => checkpoint.Path, StringComparer.Ordinal),
    ];

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">A folder that is missing or empty.</param>
    /// <exception cref="InvalidDataException">There is something in it, or it is a file.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static RunFolder Create(string path)
    {
        if (File.Exists(path))
        {
            throw RecordError.In(
                path, "is a file, expected a folder for the run", "choose another name with --set out=DIR");
        }

        if (Directory.Exists(path) && !IsEmpty(path))
        {
            throw RecordError.In(path, "the run folder is not empty, expected a new one",
                $"choose another with --set out=DIR, or go on with this one by --resume {path}");
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{path}: the run folder cannot be made ({FreeSpace.Reason(error)}). Hint: choose another with --set out=DIR.", error);
        }

        return new RunFolder(path);
    }

    /// <summary>Opens the folder of a run that is there.</summary>
    /// <param name="path">The folder; it holds run.json.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It is not the folder of a run.</exception>
    public static RunFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw RecordError.NoFolder(path);
        }

        var folder = new RunFolder(path);
        return File.Exists(folder.RunFile)
            ? folder
            : throw RecordError.In(path, "has no run.json, expected the folder of a run",
                "name the folder that hone train or hone sft wrote, not one inside or above it");
    }

    /// <summary>The file of a step's completions.</summary>
    /// <param name="step">The step, from 1.</param>
    public string RolloutFile(int step) => System.IO.Path.Combine(RolloutsFolder, StepName(step) + ".jsonl");

    /// <summary>The batch of an update that was not made.</summary>
    /// <param name="step">The step, from 1.</param>
    public string FaultFile(int step) => System.IO.Path.Combine(FaultsFolder, StepName(step) + ".json");

    /// <summary>The folder of the checkpoint after a step.</summary>
    /// <param name="step">The step, from 1.</param>
    public string CheckpointFolder(int step) => System.IO.Path.Combine(CheckpointsFolder, StepName(step));

    /// <summary>Takes back what is behind a step: its rollouts are made again. What a killed writer left half written goes too.</summary>
    /// <param name="step">The step after which the run goes on; 0 for its beginning.</param>
    public void CutAfter(int step)
    {
        foreach (string file in Files(RolloutsFolder).Concat(Files(FaultsFolder).Where(IsTemporary)))
        {
            string name = System.IO.Path.GetFileName(file);
            if (IsTemporary(file) || (NumberIn(name) is { } of && of > step && name == StepName(of) + ".jsonl"))
            {
                File.Delete(file);
            }
        }

        foreach (string folder in Directory.Exists(CheckpointsFolder) ? Directory.EnumerateDirectories(CheckpointsFolder) : [])
        {
            string name = System.IO.Path.GetFileName(folder);
            if (NumberIn(name) is { } of && name == StepName(of) + AtomicFolder.Unfinished)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Writes run.json, whole or not at all.</summary>
    /// <param name="run">Resolved configuration, versions, machine, seed, data set hash.</param>
    public void WriteRun(JsonObject run) => JsonFile.Write(RunFile, run);

    /// <summary>Deletes what a killed writer left half written beside run.json, and the prompts of a run that has not begun. Rankings
    /// and reports may be being written right now, by commands that need no lock.</summary>
    internal void DeleteLeftovers()
    {
        if (!File.Exists(RunFile))
        {
            File.Delete(PromptsFile);
        }

        string[] others = [RankingFile, ReportFile];
        foreach (string file in Directory.EnumerateFiles(Path))
        {
            string name = System.IO.Path.GetFileName(file);
            if (AtomicFile.IsTemporary(name)
                && !others.Any(other => name.StartsWith($".{System.IO.Path.GetFileName(other)}.", StringComparison.Ordinal)))
            {
                File.Delete(file);
            }
        }
    }

    // What a process leaves that is killed before its run has begun is nothing: its lock, and beside that the prompts it generated.
    private static bool IsEmpty(string path)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(path).Select(entry => System.IO.Path.GetFileName(entry))];
        bool begun = names.Contains(RunLock.LockFile);
        return names.All(name => name.StartsWith(RunLock.LockFile, StringComparison.Ordinal) || AtomicFile.IsTemporary(name)
            || (begun && name == PromptsName));
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    private static bool IsTemporary(string file) => AtomicFile.IsTemporary(System.IO.Path.GetFileName(file));

    private static int? NumberIn(string name) => Logs.Importers.LogFiles.NumberIn(name) is <= int.MaxValue and var of ? (int)of : null;

    private static string StepName(int step) => string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
