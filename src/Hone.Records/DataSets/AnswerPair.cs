using System.Text.Json;

namespace Hone.Records.DataSets;

/// <summary>A gold answer and one to compare with it.</summary>
/// <param name="Gold">The true answer.</param>
/// <param name="Answer">An answer, or a whole completion.</param>
public sealed record AnswerPair(string Gold, string Answer)
{
    /// <summary>Reads every row of a JSON Lines file, plain or gzip, as it is asked for.</summary>
    /// <param name="path">The file; each row has the fields gold and answer, text or numbers.</param>
    /// <param name="fields">The file's names for them.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is no JSON object, or a field is missing or of another kind.</exception>
    public static IEnumerable<AnswerPair> ReadAll(string path, FieldMap fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (JsonLine row in JsonLine.ReadAll(path))
        {
            yield return new AnswerPair(Text(path, row, fields, "gold"), Text(path, row, fields, "answer"));
        }
    }

    private static string Text(string path, JsonLine row, FieldMap fields, string name)
    {
        string field = fields[name] ?? name;
        JsonElement? value = JsonFields.Find(row.Json, field);
        return JsonFields.Text(value) ?? throw RecordError.At(
            path, row.Number, $"field '{field}' is {JsonFields.Kind(value)}, expected the {(name == "gold" ? "true answer" : "answer to compare")} as text",
            $"the row has {JsonFields.List(row.Json)}; name it with --field {name}=THEIRS");
    }
}
