using System.Text;

namespace Hone.Records.Parquet.DuckDb;

/// <summary>Texts and names as they stand in SQL.</summary>
internal static class Sql
{
    /// <summary>Files by name only: without guessing columns from folders called a=b.</summary>
    internal static string Read(string file, bool rowNumbers = false) =>
        $"read_parquet({Text(file)}, hive_partitioning=false{(rowNumbers ? ", file_row_number=true" : "")})";

    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>DuckDB's message on one line, without the kind in front and the statement behind it.</summary>
    internal static string Plain(string message)
    {
        const int Longest = 200;
        string first = message.Split("\n\n")[0].Trim();
        int kind = first.IndexOf("Error: ", StringComparison.Ordinal);
        first = kind is >= 0 and < 40 ? first[(kind + 7)..] : first;
        first = first.Length > Longest ? first[..Longest] + "..." : first;
        return string.Concat(first.Select(c => char.IsControl(c) ? ' ' : c));
    }

    /// <summary>A type as a CREATE TABLE statement has it.</summary>
    internal static string Struct(IEnumerable<(string Name, string Type)> fields)
    {
        var text = new StringBuilder("STRUCT(");
        foreach ((string name, string type) in fields)
        {
            text.Append(text[^1] == '(' ? "" : ", ").Append(Name(name)).Append(' ').Append(type);
        }

        return text.Append(')').ToString();
    }
}
