using System.Text.Json;
using Hone.Records.Lines;

namespace Hone.Records;

/// <summary>Appends to scores.jsonl; each line is in the file as soon as it is written, so that scoring can
/// resume.</summary>
public sealed class ScoreWriter : IDisposable
{
    private readonly LineAppender _file;

    private ScoreWriter(LineAppender file) => _file = file;

    /// <summary>Opens the file to append; a half line that a stopped program left is taken off.</summary>
    /// <param name="path">The file; it is made where it is missing.</param>
    /// <exception cref="InvalidDataException">What is there already is no JSON Lines file.</exception>
    public static ScoreWriter Open(string path) => new(new LineAppender(path));

    /// <summary>Writes all lines in the order given; the file appears whole or stays as it was.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="lines">The scores.</param>
    public static void Replace(string path, IEnumerable<ScoreLine> lines) => AtomicFile.Write(path, stream =>
    {
        foreach (ScoreLine line in lines)
        {
            JsonSerializer.Serialize(stream, line, RecordJson.Lines.ScoreLine);
            stream.WriteByte((byte)'\n');
        }
    });

    /// <summary>Writes one line.</summary>
    /// <param name="line">The score.</param>
    public void Append(ScoreLine line) =>
        _file.Append(writer => JsonSerializer.Serialize(writer, line, RecordJson.Lines.ScoreLine));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
