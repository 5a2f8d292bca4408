using System.Buffers;
using System.Text.Json;

namespace Hone.Records.Lines;

/// <summary>
/// Appends lines to a file that others may tail: each line is handed to the system in one piece. Opening a file that a
/// stopped program left takes the half line off its end first.
/// </summary>
internal sealed class LineAppender : IDisposable
{
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new();
    private long _length;

    /// <param name="path">The file; it and its folder are made where they are missing.</param>
    /// <param name="lastStep">Lines from the first with a later step on are taken off: the run resumes after that
    /// step.</param>
    internal LineAppender(string path, int? lastStep = null)
    {
        if (Directory.Exists(path))
        {
            throw RecordError.In(path, "is a folder, expected a file to append to", "name a file in it");
        }

        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            throw RecordError.In(path, "is compressed, expected a plain file to append to", "drop the .gz ending");
        }

        (long length, bool ended) = File.Exists(path) ? GoodPart(path, lastStep) : (0, true);
        _stream = Open(path);
        _stream.SetLength(length);
        _stream.Position = length;
        if (!ended)
        {
            _stream.WriteByte((byte)'\n');
        }

        _length = _stream.Position;
    }

    internal void Append(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, RecordJson.WriterOptions))
        {
            write(writer);
        }

        _line.Write("\n"u8);
        try
        {
            _stream.Write(_line.WrittenSpan);
            _stream.Flush();
            _length += _line.WrittenCount;
        }
        catch (Exception error)
        {
            // Of a line that the disk had no room for nothing stays.
            _stream.SetLength(_length);
            if (FreeSpace.RanOut(error))
            {
                throw RecordError.NotWritable(_stream.Name, error);
            }

            throw;
        }
    }

    /// <summary>Returns once all lines are on the disk, and the folder's entries with them.</summary>
    internal void FlushToDisk()
    {
        DiskSync.File(_stream, _stream.Name);
        DiskSync.Folder(Path.GetDirectoryName(Path.GetFullPath(_stream.Name))!);
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream Open(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

            // No buffer of its own: one write is one line.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.NotWritable(path, error);
        }
    }

    /// <summary>How many bytes to keep, and whether they end in a line feed.</summary>
    private static (long Length, bool Ended) GoodPart(string path, int? lastStep)
    {
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        (long Length, bool Ended) good = (0, true);
        bool complete = lastStep <= 0;
        while (More(reader, complete))
        {
            int? step = lastStep is null ? null : Step(reader);
            if (step > lastStep)
            {
                break;
            }

            good = (reader.LineEnd, reader.LineEnded);
            complete |= step == lastStep;
        }

        return good;
    }

    // Behind the last step there may be anything after the power failed: blocks of the file that never were on the disk.
    private static bool More(JsonLineReader reader, bool complete)
    {
        try
        {
            return reader.Read();
        }
        catch (InvalidDataException) when (complete)
        {
            return false;
        }
    }

    private static int Step(JsonLineReader reader) =>
        JsonElement.Parse(reader.Json.Span).TryGetProperty("step", out JsonElement step)
        && step.ValueKind == JsonValueKind.Number && step.TryGetInt32(out int number)
            ? number
            : throw reader.Error("the line has no whole number 'step', expected one to resume by",
                "check that this is a file of this run");
}
