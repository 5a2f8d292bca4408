using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>A column, or a field of a struct in one, as a query asks for it.</summary>
/// <param name="Place">The column of the table, from 0.</param>
/// <param name="Kind">How it is read.</param>
/// <param name="Sql">The expression that yields it: BIGINT, DOUBLE, BOOLEAN, VARCHAR or DOUBLE[] by its kind.</param>
internal sealed record ChosenColumn(int Place, ParquetKind Kind, string Sql)
{
    /// <summary>A column that bears the name, else the field at the dotted path; null where there is neither.</summary>
    internal static ChosenColumn? Find(ResultReader all, string name)
    {
        int exact = all.Names.ToList().IndexOf(name);
        if (exact >= 0)
        {
            return Read(exact, all.Types[exact], DuckDb.Sql.Name(name));
        }

        string[] path = name.Split('.');
        int column = all.Names.ToList().IndexOf(path[0]);
        if (column < 0)
        {
            return null;
        }

        ColumnType type = all.Types[column];
        string sql = DuckDb.Sql.Name(path[0]);
        foreach (string field in path.AsSpan(1))
        {
            int at = type.Id == TypeId.Struct ? type.Names.ToList().IndexOf(field) : -1;
            if (at < 0)
            {
                return null;
            }

            type = type.Inner[at];
            sql = $"struct_extract({sql}, {DuckDb.Sql.Text(field)})";
        }

        return Read(column, type, sql);
    }

    internal static ParquetKind KindOf(ColumnType type) => type.Id switch
    {
        TypeId.TinyInt or TypeId.SmallInt or TypeId.Integer or TypeId.BigInt or TypeId.UTinyInt or TypeId.USmallInt
            or TypeId.UInteger or TypeId.UBigInt or TypeId.HugeInt or TypeId.UHugeInt => ParquetKind.Whole,
        TypeId.Float or TypeId.Double or TypeId.Decimal => ParquetKind.Real,
        TypeId.Boolean => ParquetKind.Flag,
        TypeId.Varchar => ParquetKind.Text,
        TypeId.List or TypeId.Array when KindOf(type.Inner[0]) is ParquetKind.Whole or ParquetKind.Real => ParquetKind.Reals,
        _ => ParquetKind.Other,
    };

    private static ChosenColumn Read(int place, ColumnType type, string value)
    {
        ParquetKind kind = KindOf(type);
        return new ChosenColumn(place, kind, kind switch
        {
            ParquetKind.Whole => $"CAST({value} AS BIGINT)",
            ParquetKind.Real => $"CAST({value} AS DOUBLE)",
            ParquetKind.Reals => $"CAST({value} AS DOUBLE[])",
            ParquetKind.Other when type.Inner.Count > 0 => $"CAST(to_json({value}) AS VARCHAR)",
            ParquetKind.Other => $"CAST({value} AS VARCHAR)",
            _ => value,
        });
    }
}
