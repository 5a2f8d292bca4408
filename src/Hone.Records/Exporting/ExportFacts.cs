using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Lines;

namespace Hone.Records.Exporting;

/// <summary>What all rows of one export share, so that a column has one type in all of them.</summary>
/// <param name="Set">The data set that the rows come from.</param>
/// <param name="WholeIds">Whether every id is a whole number as .NET would write it.</param>
/// <param name="Solutions">Whether a row has a written-out solution.</param>
internal sealed record ExportFacts(DataSet Set, bool WholeIds, bool Solutions)
{
    private const string Gsm8k = "openai/gsm8k";
    private const string Math = "lighteval/MATH";

    internal static ExportFacts Of(DataSet set) => new(
        set,
        set.Rows.All(row => IsWhole(row.Id)),
        set.Rows.Any(row => row.Solution is not null));

    /// <summary>The prompt id: a number where all ids are, else text.</summary>
    internal JsonNode Id(DataRow row) =>
        WholeIds ? JsonValue.Create(long.Parse(row.Id, CultureInfo.InvariantCulture)) : JsonValue.Create(row.Id);

    /// <summary>
    /// Which set a row comes from: what it says itself, else the name by which verl's scorers know its shape, else the
    /// name of the file.
    /// </summary>
    internal string Source(DataRow row) => Own(row, "data_source") ?? Own(row, "datasource") ?? Set.Shape switch
    {
        DataSetShape.Gsm8k => Gsm8k,
        DataSetShape.Math => Math,
        _ => Path.GetFileName(Set.Path).Split('.')[0],
    };

    /// <summary>
    /// The name of the verifier in open-instruct: <c>gsm8k</c> takes a completion's last number, <c>math</c> its boxed
    /// answer.
    /// </summary>
    internal string Verifier(DataRow row) => Set.Shape switch
    {
        DataSetShape.Gsm8k => "gsm8k",
        DataSetShape.Math => "math",
        _ => double.TryParse(row.Answer, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "gsm8k" : "math",
    };

    /// <summary>A text that the row itself has in a field of this name; null where it has none.</summary>
    internal static string? Own(DataRow row, string field) =>
        JsonFields.Find(Parsed(row), field) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    internal static JsonElement Parsed(DataRow row)
    {
        ArrayBufferWriter<byte> strict = new(row.Json.Length);
        PythonJson.Repair(row.Json.Span, strict);
        return JsonElement.Parse(strict.WrittenSpan);
    }

    private static bool IsWhole(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && number.ToString(CultureInfo.InvariantCulture) == id;
}
