namespace Hone.Records.Lines;

/// <summary>Goes over the rows of a file one at a time, each shown as a JSON object.</summary>
internal interface IRowCursor : IDisposable
{
    /// <summary>The line or row at hand, from 1.</summary>
    int LineNumber { get; }

    /// <summary>The row, perhaps with Python's bare NaN. Valid until the next read.</summary>
    ReadOnlyMemory<byte> Line { get; }

    /// <summary>Moves to the next row; false at the end.</summary>
    bool Read();
}
