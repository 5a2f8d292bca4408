using System.Globalization;
using System.Text.Json;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>What a field holds over all rows, and the type that fits it.</summary>
internal sealed class FieldShape
{
    private const long MostExact = 1L << 53;
    private readonly int?[] _firstRow = new int?[Enum.GetValues<Kind>().Length];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, FieldShape> _fields = [];

    /// <summary>What a value is. A word is a text that stands for a number that is none.</summary>
    private enum Kind
    {
        TrueOrFalse,
        Integer,
        WideInteger,
        Real,
        Word,
        Text,
        Object,
        List,
    }

    /// <summary>Boolean, BigInt, Double, Varchar, Struct or List.</summary>
    internal TypeId Type =>
        Saw(Kind.Object) && _names.Count > 0 ? TypeId.Struct
        : Saw(Kind.List) ? TypeId.List
        : Saw(Kind.TrueOrFalse) ? TypeId.Boolean
        : Saw(Kind.Real) || (Saw(Kind.Word) && Saw(Kind.Integer)) ? TypeId.Double
        : Saw(Kind.Integer) || Saw(Kind.WideInteger) ? TypeId.BigInt
        : TypeId.Varchar;

    /// <summary>Of a list, what its elements are.</summary>
    internal FieldShape? Element { get; private set; }

    /// <summary>Of an object, its fields as they first came.</summary>
    internal IEnumerable<(string Name, FieldShape Shape)> Fields => _names.Select(name => (name, _fields[name]));

    /// <summary>The type as SQL has it.</summary>
    internal string SqlType => Type switch
    {
        TypeId.Struct => Sql.Struct(Fields.Select(inner => (inner.Name, inner.Shape.SqlType))),
        TypeId.List => $"{(Element ?? new FieldShape()).SqlType}[]",
        TypeId.Boolean => "BOOLEAN",
        TypeId.Double => "DOUBLE",
        TypeId.BigInt => "BIGINT",
        _ => "VARCHAR",
    };

    /// <summary>Whether the text stands for a number that is none.</summary>
    internal static bool IsWord(JsonElement text) =>
        text.ValueEquals("NaN"u8) || text.ValueEquals("Infinity"u8) || text.ValueEquals("-Infinity"u8);

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="row">Its row, from 0.</param>
    /// <param name="field">The field's dotted path, for messages.</param>
    internal void Add(JsonElement value, int row, string field)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return;
        }

        Kind kind = KindOf(value, row, field);
        foreach (Kind other in Enum.GetValues<Kind>())
        {
            if (_firstRow[(int)other] is int first && !Fit(kind, other) && !Fit(other, kind))
            {
                throw new InvalidDataException(
                    $"field {RecordError.Quote(field)} is {Words(kind)} in row {row} and {Words(other)} in row {first}, "
                    + "expected one kind in all rows. Hint: write the field the same way in every row.");
            }
        }

        _firstRow[(int)kind] ??= row;
        if (kind == Kind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                Field(member.Name, field).Add(member.Value, row, field.Length == 0 ? member.Name : $"{field}.{member.Name}");
            }
        }
        else if (kind == Kind.List)
        {
            Element ??= new FieldShape();
            foreach (JsonElement element in value.EnumerateArray())
            {
                Element.Add(element, row, field + "[]");
            }
        }
    }

    private static Kind KindOf(JsonElement value, int row, string field)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return Kind.Object;
            case JsonValueKind.Array:
                return Kind.List;
            case JsonValueKind.String:
                return IsWord(value) ? Kind.Word : Kind.Text;
            case JsonValueKind.Number:
                string digits = value.GetRawText();
                if (!digits.AsSpan().ContainsAny('.', 'e', 'E'))
                {
                    return value.TryGetInt64(out long whole)
                        ? whole is <= MostExact and >= -MostExact ? Kind.Integer : Kind.WideInteger
                        : throw TooLarge("a whole number of 64 bits");
                }

                return double.IsFinite(value.GetDouble()) ? Kind.Real : throw TooLarge("at most 1.8e308");
            default:
                return Kind.TrueOrFalse;
        }

        InvalidDataException TooLarge(string expected) => new(
            $"field {RecordError.Quote(field)} is {RecordError.Quote(value.GetRawText())} in row {row}, expected {expected}. "
            + "Hint: write it between quotes.");
    }

    /// <summary>Whether both kinds fit one type; asked both ways round.</summary>
    private static bool Fit(Kind one, Kind other) => one == other || (one, other) is
        (Kind.Integer, Kind.WideInteger) or (Kind.Integer, Kind.Real) or (Kind.Integer, Kind.Word) or (Kind.Real, Kind.Word)
        or (Kind.Text, Kind.Word);

    private static string Words(Kind kind) => kind switch
    {
        Kind.TrueOrFalse => "true or false",
        Kind.Integer => "a whole number",
        Kind.WideInteger => string.Create(CultureInfo.InvariantCulture, $"a whole number above {MostExact}"),
        Kind.Real => "a number with a point",
        Kind.Word => "NaN or Infinity",
        Kind.Text => "text",
        Kind.Object => "an object",
        _ => "a list",
    };

    private bool Saw(Kind kind) => _firstRow[(int)kind] is not null;

    private FieldShape Field(string name, string within)
    {
        if (_fields.TryGetValue(name, out FieldShape? known))
        {
            return known;
        }

        string place = within.Length == 0 ? "" : $" in {RecordError.Quote(within)}";
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidDataException($"a field{place} has the name {RecordError.Quote(name)}, expected one with letters. "
                + "Hint: name the field.");
        }

        // DuckDB and others that read Parquet do not tell such names apart.
        return _names.Find(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } alike
            ? throw new InvalidDataException(
                $"the fields {RecordError.Quote(alike)} and {RecordError.Quote(name)}{place} differ only in case, "
                + "expected names that differ otherwise. Hint: rename one of them.")
            : Add(name);
    }

    private FieldShape Add(string name)
    {
        _names.Add(name);
        return _fields[name] = new FieldShape();
    }
}
