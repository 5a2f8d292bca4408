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
    public static IReadOnlyList<DeletedCheckpoint> ReadAll(string path) => File.Exists(path)
        ? [.. RecordJson.Read(path, RecordJson.Lines.DeletedCheckpoint).DistinctBy(line => line.Step).OrderBy(line => line.Step)]
        : [];

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
