using System.Text.Json;
using Hone.Records.Lines;

namespace Hone.Records.Evaluations;

/// <summary>
/// The samples of an evaluation on one data set. Lines are appended as completions end, in whatever order that is, so that a
/// stopped evaluation loses none; <see cref="Replace"/> puts them in order at the end.
/// </summary>
public sealed class SampleFile : IDisposable
{
    private readonly LineAppender _file;

    private SampleFile(LineAppender file) => _file = file;

    /// <summary>Opens the file to append; a half line that a stopped program left is taken off.</summary>
    /// <param name="path">The file; it is made where it is missing.</param>
    /// <exception cref="InvalidDataException">What is there already is no JSON Lines file.</exception>
    public static SampleFile Open(string path) => new(new LineAppender(path));

    /// <summary>Reads the samples made so far; a half line at the end is left out.</summary>
    /// <param name="path">The file; a missing one has none.</param>
    /// <exception cref="InvalidDataException">A line is not one of ours, or a sample comes twice.</exception>
    public static IReadOnlyList<SampleLine> Read(string path)
    {
        List<SampleLine> lines = [];
        if (!File.Exists(path))
        {
            return lines;
        }

        HashSet<(string, int)> seen = [];
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        while (reader.Read())
        {
            SampleLine line = RecordJson.Parse(reader, RecordJson.Lines.SampleLine);
            if (!seen.Add((line.Id, line.Sample)))
            {
                throw reader.Error(
                    $"sample {line.Sample} of {RecordError.Quote(line.Id)} comes twice, expected each sample once",
                    "remove one of the two lines, or evaluate into another folder");
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Writes all samples in the order given; the file appears whole or stays as it was.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="lines">The samples.</param>
    public static void Replace(string path, IEnumerable<SampleLine> lines) => AtomicFile.Write(path, stream =>
    {
        foreach (SampleLine line in lines)
        {
            JsonSerializer.Serialize(stream, line, RecordJson.Lines.SampleLine);
            stream.WriteByte((byte)'\n');
        }
    });

    /// <summary>Writes one line.</summary>
    /// <param name="line">The sample.</param>
    public void Append(SampleLine line) =>
        _file.Append(writer => JsonSerializer.Serialize(writer, line, RecordJson.Lines.SampleLine));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
