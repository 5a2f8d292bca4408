using System.IO.Compression;

namespace Hone.Records.Lines;

/// <summary>
/// Decompresses, and refuses what expands beyond all text: a bomb of a few megabytes would otherwise keep a reader busy for
/// hours.
/// </summary>
internal sealed class BoundedGzip(Stream compressed) : Stream
{
    // Logs shrink 5 to 50 times. Deflate's limit is 1,032, which only repetition of one byte reaches.
    private const int MostExpansion = 400;
    private const long AlwaysAllowed = 1L << 26;
    private readonly GZipStream _text = new(compressed, CompressionMode.Decompress);
    private long _read;

    /// <summary>Makes .NET refuse a file without its end, which it else takes for a whole one. It asks for this when it first
    /// decompresses, so programs say the same in their project file.</summary>
    static BoundedGzip() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _text.Read(buffer);
        _read += read;
        return _read <= AlwaysAllowed || _read / MostExpansion <= compressed.Position
            ? read
            : throw new InvalidDataException($"it expands more than {MostExpansion} times, to over {_read >> 20} MiB");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }

        base.Dispose(disposing);
    }
}
