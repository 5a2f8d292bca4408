using System.Text.Json;

namespace Hone.Records.Parquet.DuckDb;

/// <summary>The type of a column or of what lies in it.</summary>
/// <param name="Id">The kind.</param>
/// <param name="Inner">The types inside: of a list its element, of a struct its fields, of a map key and value.</param>
/// <param name="Names">Of a struct the names of its fields.</param>
/// <param name="Size">Of an array its length, of a decimal its digits behind the point.</param>
/// <param name="Storage">Of a decimal the integer it is held in.</param>
internal sealed record ColumnType(
    TypeId Id, IReadOnlyList<ColumnType> Inner, IReadOnlyList<string> Names, int Size = 0, TypeId Storage = TypeId.Invalid)
{
    /// <summary>Types within types that are followed; trainers' files have three.</summary>
    internal const int Deepest = 100;

    /// <summary>The names as JSON has them.</summary>
    internal JsonEncodedText[] EncodedNames =>
        field ??= [.. Names.Select(name => JsonEncodedText.Encode(name, RecordJson.Encoder))];

    /// <summary>Whether a value has a form here; DuckDB knows others (INTERVAL, VARIANT, GEOMETRY).</summary>
    internal bool IsReadable => Enum.IsDefined(Id) && Id != TypeId.Invalid && Inner.All(inner => inner.IsReadable);

    /// <summary>Takes over a duckdb_logical_type, and ends it.</summary>
    internal static unsafe ColumnType Take(nint type, int depth = 0)
    {
        if (depth > Deepest)
        {
            NativeMethods.DestroyType(ref type);
            throw new DuckDbException($"types lie within types more than {Deepest} deep");
        }

        try
        {
            TypeId id = NativeMethods.TypeIdOf(type);
            return id switch
            {
                TypeId.Decimal => new(id, [], [], NativeMethods.DecimalScale(type), NativeMethods.DecimalStorage(type)),
                TypeId.List => new(id, [Take(NativeMethods.ListChildType(type), depth + 1)], []),
                TypeId.Array => new(
                    id, [Take(NativeMethods.ArrayChildType(type), depth + 1)], [], checked((int)NativeMethods.ArraySize(type))),
                TypeId.Map => new(
                    id,
                    [Take(NativeMethods.MapKeyType(type), depth + 1), Take(NativeMethods.MapValueType(type), depth + 1)],
                    ["key", "value"]),
                TypeId.Struct => Fields(type, depth),
                _ => new(id, [], []),
            };
        }
        finally
        {
            NativeMethods.DestroyType(ref type);
        }
    }

    private static unsafe ColumnType Fields(nint type, int depth)
    {
        var inner = new ColumnType[NativeMethods.StructChildCount(type)];
        string[] names = new string[inner.Length];
        for (int i = 0; i < inner.Length; i++)
        {
            inner[i] = Take(NativeMethods.StructChildType(type, (ulong)i), depth + 1);
            names[i] = NativeMethods.Taken(NativeMethods.StructChildName(type, (ulong)i));
        }

        return new ColumnType(TypeId.Struct, inner, names);
    }
}
