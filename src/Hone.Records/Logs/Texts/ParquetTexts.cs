using Hone.Records.Logs.Reading;
using Hone.Records.Parquet;

namespace Hone.Records.Logs.Texts;

/// <summary>Reads the texts of a Parquet file, row by row.</summary>
internal static class ParquetTexts
{
    /// <summary>The texts of a file's completions.</summary>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    internal static IEnumerable<RolloutText> Of(LogFile file, ILineParser parser, TextFields fields)
    {
        using var reader = ParquetRowReader.Open(file.Path);
        var rows = new TextRows(file, parser, fields);
        while (reader.Read())
        {
            foreach (RolloutText text in rows.Of(reader.Line.Span, reader.LineNumber))
            {
                yield return text;
            }
        }
    }
}
