using Hone.Records.Lines;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Texts;

/// <summary>Reads the texts of a table, row by row.</summary>
internal static class CursorTexts
{
    /// <summary>The texts of a file's completions; the cursor is disposed at the end.</summary>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    internal static IEnumerable<RolloutText> Of(IRowCursor cursor, LogFile file, ILineParser parser, TextFields fields)
    {
        using (cursor)
        {
            var rows = new TextRows(file, parser, fields);
            while (cursor.Read())
            {
                foreach (RolloutText text in rows.Of(cursor.Line.Span, cursor.LineNumber))
                {
                    yield return text;
                }
            }
        }
    }
}
