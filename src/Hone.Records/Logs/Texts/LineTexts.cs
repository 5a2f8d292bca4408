using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Texts;

/// <summary>Reads the texts of a file of JSON lines, block by block.</summary>
internal static class LineTexts
{
    /// <summary>The texts of a file's completions.</summary>
    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    internal static IEnumerable<RolloutText> Of(LogFile file, ILineParser parser, TextFields fields)
    {
        using var source = new BlockSource([file]);
        var block = new TextBlock();
        var rows = new TextRows(file, parser, fields);
        List<RolloutText> texts = [];
        int line = 0;
        while (source.Next(block))
        {
            texts.Clear();
            line = Read(block, rows, line, texts);
            foreach (RolloutText text in texts)
            {
                yield return text;
            }
        }
    }

    private static int Read(TextBlock block, TextRows rows, int linesBefore, List<RolloutText> texts)
    {
        ReadOnlySpan<byte> rest = block.Text;
        if (block.StartsFile && rest.StartsWith("\uFEFF"u8))
        {
            rest = rest[3..];
        }

        int number = linesBefore;
        while (!rest.IsEmpty)
        {
            int feed = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (feed < 0 ? rest : rest[..feed]).Trim(" \t\r"u8);
            rest = feed < 0 ? default : rest[(feed + 1)..];
            number++;
            if (!line.IsEmpty)
            {
                texts.AddRange(rows.Of(line, number, isOpenEnd: feed < 0));
            }
        }

        return number;
    }
}
