using Hone.Records.Lines;

namespace Hone.Records.DataSets;

/// <summary>Rows of a data set one at a time, whatever kind of file they lie in.</summary>
internal interface IRowReader : IRowCursor
{
    /// <summary>The file, as it was named.</summary>
    string Path { get; }

    /// <summary>The row as strict JSON. Valid until the next read.</summary>
    ReadOnlyMemory<byte> Json { get; }

    /// <summary>An error at the row at hand.</summary>
    InvalidDataException Error(string what, string hint);

    /// <summary>An error that goes on after "row N", rows counted from 0.</summary>
    InvalidDataException RowError(int index, string what, string hint);

    /// <summary>How messages name an earlier <see cref="IRowCursor.LineNumber"/>.</summary>
    string Place(int lineNumber);
}
