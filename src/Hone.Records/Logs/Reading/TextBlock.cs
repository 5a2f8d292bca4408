namespace Hone.Records.Logs.Reading;

/// <summary>Some whole lines of one file.</summary>
internal sealed class TextBlock
{
    internal byte[] Buffer = new byte[BlockSource.BlockBytes];

    internal int Length;

    /// <summary>Place of the block among all.</summary>
    internal long Number;

    internal LogFile File = new("");

    /// <summary>Whether the file's first line is in it.</summary>
    internal bool StartsFile;

    internal ReadOnlySpan<byte> Text => Buffer.AsSpan(0, Length);
}
