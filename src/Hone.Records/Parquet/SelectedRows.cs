using Hone.Records.DataSets;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>Copies chosen rows of a Parquet file inside DuckDB, so that no value changes its type on the way.</summary>
internal static class SelectedRows
{
    private const string RowNumber = "file_row_number";

    /// <param name="file">The source.</param>
    /// <param name="rows">Its rows, from 0.</param>
    /// <param name="added">Columns to add.</param>
    /// <param name="target">What stands behind COPY's TO.</param>
    internal static void Copy(OpenedFile file, IReadOnlyList<long> rows, IReadOnlyList<AddedColumn> added, string target)
    {
        long count = file.RowCount();
        int outside = rows.ToList().FindIndex(row => row < 0 || row >= count);
        if (outside >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(rows), $"There is no row {rows[outside]} in {file.Path}, which has {count}.");
        }

        if (added.FirstOrDefault(column => column.Count != rows.Count) is { } odd)
        {
            throw new ArgumentException($"Column {odd.Name} has {odd.Count} values for {rows.Count} rows.", nameof(added));
        }

        file.CheckPages();
        Session session = file.Session;
        string columns = string.Concat(added.Select((column, i) => $", c{i} {column.SqlType}"));
        session.Run($"CREATE TABLE chosen (place BIGINT, number BIGINT{columns})");
        using (var appender = new Appender(session, "chosen"))
        {
            for (int from = 0; from < rows.Count; from += Appender.ChunkRows)
            {
                int some = Math.Min(Appender.ChunkRows, rows.Count - from), start = from;
                appender.Append(some, (column, vector) => Fill(column, vector, start, some));
            }

            appender.Finish();
        }

        IEnumerable<string> selected = Kept(file).Select(name => $"s.{Sql.Name(name)}")
            .Concat(added.Select((column, i) => $"c.c{i} AS {Sql.Name(column.Name)}"));
        session.Run($"COPY (SELECT {string.Join(", ", selected)} FROM chosen c JOIN {Sql.Read(file.Name, rowNumbers: true)} s "
            + $"ON s.{RowNumber} = c.number ORDER BY c.place) TO {target}");

        void Fill(int column, VectorWriter vector, int from, int some)
        {
            for (int i = 0; i < some; i++)
            {
                switch (column)
                {
                    case 0:
                        vector.Set<long>(i, from + i);
                        break;
                    case 1:
                        vector.Set<long>(i, rows[from + i]);
                        break;
                    default:
                        added[column - 2].Set(vector, i, from + i);
                        break;
                }
            }
        }
    }

    private static IEnumerable<string> Kept(OpenedFile file)
    {
        using ResultReader all = file.Query($"SELECT * FROM {Sql.Read(file.Name)} LIMIT 0");
        return all.Names.Any(name => name.Equals(RowNumber, StringComparison.OrdinalIgnoreCase))
            ? throw RecordError.In(file.Path, $"has a column '{RowNumber}', which is DuckDB's own name for the number of a row",
                "rename the column")
            : [.. all.Names.Where(name => !name.StartsWith(RowSplice.Prefix, StringComparison.Ordinal))];
    }
}
