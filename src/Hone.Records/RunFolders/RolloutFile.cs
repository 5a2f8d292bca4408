using System.Text.Json;
using Hone.Records.Logs;

namespace Hone.Records.RunFolders;

/// <summary>The completions of one step in a file of their own.</summary>
public static class RolloutFile
{
    /// <summary>Writes a step's completions; the file appears whole or not at all.</summary>
    /// <param name="path">The file, as <see cref="RunFolder.RolloutFile"/> names it.</param>
    /// <param name="lines">The completions.</param>
    public static void Write(string path, IEnumerable<RolloutLine> lines) =>
        AtomicFile.Write(path, stream =>
        {
            foreach (RolloutLine line in lines)
            {
                JsonSerializer.Serialize(stream, line, RecordJson.Lines.RolloutLine);
                stream.WriteByte((byte)'\n');
            }
        });

    /// <summary>Reads a step's completions as they are asked for. For ranking, see <see cref="RolloutLog"/>.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not one of ours.</exception>
    public static IEnumerable<RolloutLine> Read(string path) => RecordJson.Read(path, RecordJson.Lines.RolloutLine);

    /// <summary>The files of lines of a run or of a folder, by the numbers in their names. Of a file and its gzip beside it only the
    /// plain one counts.</summary>
    /// <param name="path">A run folder, a folder of rollout files, or one file.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static IReadOnlyList<string> In(string path) => [.. RolloutFiles.In(path).Select(file => file.Path)];
}
