using System.Text.Json;

namespace Hone.Records.RunFolders;

/// <summary>A checkpoint whose folder a run deleted because others scored higher: a line of deleted.jsonl. Its rollouts stay, so
/// that it can still be ranked.</summary>
/// <param name="Step">Number of updates behind its weights.</param>
/// <param name="Score">Its UGCS score then; null where it had none.</param>
public sealed record DeletedCheckpoint(int Step, double? Score)
{
    /// <summary>Reads deleted.jsonl, by step; nothing where there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">A line is not one of ours.</exception>
    public static IReadOnlyList<DeletedCheckpoint> ReadAll(string path) => RegularFile.Is(path)
        ? [.. RecordJson.Read(path, RecordJson.Lines.DeletedCheckpoint).DistinctBy(line => line.Step).OrderBy(line => line.Step)]
        : [];

    /// <summary>Those of a run folder that are really gone, as checkpoints without a path, by step; none for any other log.</summary>
    /// <param name="log">What is ranked.</param>
    /// <param name="there">The checkpoints that are there: one that was noted and is there counts as there.</param>
    /// <exception cref="InvalidDataException">A line of deleted.jsonl is not one of ours.</exception>
    public static IReadOnlyList<Checkpoint> GoneOf(string log, IEnumerable<Checkpoint> there)
    {
        ArgumentNullException.ThrowIfNull(there);
        if (!File.Exists(Path.Combine(log, "run.json")))
        {
            return [];
        }

        HashSet<int> steps = [.. there.Select(checkpoint => checkpoint.Step)];
        return
        [
            .. ReadAll(RunFolder.Open(log).DeletedFile).Where(line => !steps.Contains(line.Step))
                .Select(line => new Checkpoint(line.Step, "")),
        ];
    }

    /// <summary>Writes deleted.jsonl anew, whole or not at all, in the order of the steps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">All of its lines.</param>
    public static void WriteAll(string path, IEnumerable<DeletedCheckpoint> lines) =>
        AtomicFile.Write(path, stream =>
        {
            foreach (DeletedCheckpoint line in lines.OrderBy(line => line.Step))
            {
                JsonSerializer.Serialize(stream, line, RecordJson.Lines.DeletedCheckpoint);
                stream.WriteByte((byte)'\n');
            }
        });
}
