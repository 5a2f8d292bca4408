using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Records.DataSets;
using Hone.Records.Lines;

namespace Hone.Records;

/// <summary>
/// Reads a JSON Lines file, plain or gzip (told by its content), one object at a time and in constant memory. A byte
/// order mark, CRLF and blank lines are tolerated, and so are Python's bare NaN, Infinity and -Infinity.
/// </summary>
public sealed class JsonLineReader : IRowReader
{
    private readonly LineSource _source;
    private readonly bool _dropHalfLastLine;
    private readonly ArrayBufferWriter<byte> _repaired = new();
    private bool _repairFirst;

    private JsonLineReader(string path, bool dropHalfLastLine)
    {
        Path = path;
        _dropHalfLastLine = dropHalfLastLine;
        _source = new LineSource(path);
    }

    private enum Verdict
    {
        Good,
        Cut,
        NotUtf8,
        NotObject,
        Invalid,
    }

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>Number of the current line, from 1, blank lines counted.</summary>
    public int LineNumber => _source.Number;

    /// <summary>The current line as it stands in the file, without surrounding blanks. Valid until the next
    /// read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>
    /// The current line as strict JSON: a bare NaN or Infinity is a string here, half a surrogate pair is U+FFFD.
    /// Valid until the next read.
    /// </summary>
    public ReadOnlyMemory<byte> Json { get; private set; }

    /// <summary>Whether a half line at the end of the file was left out.</summary>
    public bool DroppedHalfLine { get; private set; }

    /// <summary>Where the current line starts, in bytes.</summary>
    internal long LineStart => _source.LineStart;

    /// <summary>Where the current line ends, its line feed included, in bytes.</summary>
    internal long LineEnd => _source.LineEnd;

    /// <summary>Whether the current line ended in a line feed.</summary>
    internal bool LineEnded => _source.Ended;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A .jsonl file, plain or gzip.</param>
    /// <param name="dropHalfLastLine">
    /// Whether a last line that was cut in the middle is left out, as it is in a file that a stopped program appended
    /// to.
    /// By default it is an error.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static JsonLineReader Open(string path, bool dropHalfLastLine = false) => new(path, dropHalfLastLine);

    /// <summary>Moves to the next line that is not blank, and checks it.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidDataException">The line is cut, or is no JSON object in UTF-8.</exception>
    public bool Read()
    {
        while (_source.Next(out ReadOnlyMemory<byte> line))
        {
            Line = line[Blanks(line.Span)..].TrimEnd(" \t\r"u8);
            if (Line.IsEmpty)
            {
                continue;
            }

            Verdict verdict = Accept(out long at);
            if (verdict == Verdict.Good)
            {
                return true;
            }

            // Only what can be the start of an object: a file of another kind must not pass for one half line.
            if (_dropHalfLastLine && verdict == Verdict.Cut && !_source.Ended)
            {
                DroppedHalfLine = true;
                return false;
            }

            throw Refusal(verdict, at);
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();

    private static int Blanks(ReadOnlySpan<byte> line)
    {
        int blanks = line.IndexOfAnyExcept(" \t\r"u8);
        return blanks < 0 ? line.Length : blanks;
    }

    private Verdict Accept(out long at)
    {
        at = 0;
        Json = Line;
        if (!Utf8.IsValid(Line.Span))
        {
            return _source.Ended || Line.Span[0] != (byte)'{' ? Verdict.NotUtf8 : Verdict.Cut;
        }

        // A log with one NaN has thousands, and each would cost an exception: after the first, repair without asking.
        bool repair = _repairFirst || PythonJson.MayHaveSurrogates(Line.Span);
        Verdict verdict = repair ? Verdict.Invalid : Check(Line.Span, out at);
        if (verdict != Verdict.Invalid)
        {
            return verdict;
        }

        PythonJson.Repair(Line.Span, _repaired);
        Json = _repaired.WrittenMemory;
        long first = at;
        verdict = Check(Json.Span, out at);
        _repairFirst |= verdict == Verdict.Good && !repair;
        at = repair ? at : first;
        return verdict;
    }

    private static Verdict Check(ReadOnlySpan<byte> json, out long at)
    {
        // Not the final block: an object that is cut off then ends the loop without an exception.
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        at = 0;
        if (json[0] != (byte)'{')
        {
            return Verdict.NotObject;
        }

        try
        {
            bool closed = false;
            while (reader.Read())
            {
                closed = reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject;
            }

            at = reader.BytesConsumed;
            return closed ? Verdict.Good : Verdict.Cut;
        }
        catch (JsonException error)
        {
            at = error.BytePositionInLine ?? reader.BytesConsumed;
            return Verdict.Invalid;
        }
    }

    private InvalidDataException Refusal(Verdict verdict, long at)
    {
        int offset = (int)Math.Clamp(at, 0, Line.Length);
        string near = RecordError.Quote(Line.Span[Math.Max(0, offset - 20)..]);
        return verdict switch
        {
            Verdict.Cut => Error($"the line is cut off after {Line.Length} bytes, expected a whole JSON object",
                "the file was cut while it was written or copied; remove this line or copy the file again"),
            Verdict.NotUtf8 => Error("the line is not valid UTF-8, expected JSON in UTF-8",
                "convert the file, for instance with iconv -t UTF-8"),
            Verdict.NotObject => Error(
                $"the line starts with {RecordError.Quote(Line.Span[..1])}, expected a JSON object",
                Line.Span[0] == (byte)'['
                    ? "the file looks like one JSON array; make it one object a line with jq -c '.[]'"
                    : "each line must be one JSON object"),
            _ => Error($"invalid JSON at byte {offset + 1}, near {near}, expected one JSON object a line",
                "correct or remove this line"),
        };
    }

    /// <summary>An error at the current line.</summary>
    internal InvalidDataException Error(string what, string hint) => RecordError.At(Path, LineNumber, what, hint);

    InvalidDataException IRowReader.Error(string what, string hint) => Error(what, hint);

    InvalidDataException IRowReader.RowError(int index, string what, string hint) => Error($"row {index} {what}", hint);

    string IRowReader.Place(int lineNumber) => $"on line {lineNumber}";
}
