using System.Text.Json.Nodes;

namespace Hone.Records.DataSets;

/// <summary>A row of a data set that was chosen, with what is to be said about it.</summary>
/// <param name="Row">The row as it was read.</param>
/// <param name="Fields">Fields to add; their names start with <c>hone_</c>.</param>
public sealed record SelectedRow(DataRow Row, JsonObject Fields)
{
    /// <summary>
    /// Writes chosen rows, whole or not at all. The text of each row stays as it was, to the byte, but for the fields
    /// that
    /// are added at its end; earlier <c>hone_</c> fields are taken out.
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows in the order they are to be written.</param>
    public static void Write(string path, IEnumerable<SelectedRow> rows) =>
        AtomicFile.Write(path, stream =>
        {
            foreach (SelectedRow row in rows)
            {
                stream.Write(RowSplice.Apply(row.Row.Json.Span, row.Fields));
                stream.WriteByte((byte)'\n');
            }
        });
}
