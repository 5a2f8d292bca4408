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

    /// <summary>Writes one line.</summary>
    /// <param name="line">The score.</param>
    public void Append(ScoreLine line) =>
        _file.Append(writer => JsonSerializer.Serialize(writer, line, RecordJson.Lines.ScoreLine));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
