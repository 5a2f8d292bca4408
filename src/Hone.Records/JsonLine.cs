using System.Text.Json;

namespace Hone.Records;

/// <summary>One row of a JSON Lines file.</summary>
/// <param name="Number">The line in the file, from 1.</param>
/// <param name="Json">The parsed object; a bare NaN or Infinity is a string in it.</param>
public sealed record JsonLine(int Number, JsonElement Json)
{
    /// <summary>Reads every row of a JSON Lines file, plain or gzip, as it is asked for.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is cut, or is no JSON object.</exception>
    public static IEnumerable<JsonLine> ReadAll(string path)
    {
        using JsonLineReader reader = JsonLineReader.Open(path);
        while (reader.Read())
        {
            yield return new JsonLine(reader.LineNumber, JsonElement.Parse(reader.Json.Span));
        }
    }
}
