using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Texts;

/// <summary>Reads the texts of a file of JSON lines, block by block.</summary>
internal static class LineTexts
{
    /// <summary>The texts of a file's completions, counted as reading for a ranking counts them: by the same parser.</summary>
    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    internal static IEnumerable<RolloutText> Of(LogFile file, ILineParser parser, TextFields fields)
    {
        using var source = new BlockSource([file]);
        var block = new TextBlock();
        var position = new Position();
        List<RolloutText> texts = [];
        while (source.Next(block))
        {
            texts.Clear();
            Read(block, parser, fields, position, texts);
            foreach (RolloutText text in texts)
            {
                yield return text;
            }
        }
    }

    private static void Read(TextBlock block, ILineParser parser, TextFields fields, Position position, List<RolloutText> texts)
    {
        ReadOnlySpan<byte> rest = block.Text;
        if (block.StartsFile && rest.StartsWith("\uFEFF"u8))
        {
            rest = rest[3..];
        }

        var rows = new RowBlock();
        List<(string Prompt, string Completion)> found = [];
        while (!rest.IsEmpty)
        {
            int feed = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (feed < 0 ? rest : rest[..feed]).Trim(" \t\r"u8);
            rest = feed < 0 ? default : rest[(feed + 1)..];
            position.Line++;
            if (line.IsEmpty)
            {
                continue;
            }

            rows.Clear();
            found.Clear();
            try
            {
                parser.Parse(line, block.File, rows);
                if (rows.Rows.Count > 0)
                {
                    fields.Read(line, rows.Rows.Count, found);
                }
            }
            catch (RowException) when (feed < 0 && !line.EndsWith("}"u8))
            {
                // A last line that its writer is not done with: it is scored when it is whole.
                return;
            }
            catch (RowException problem)
            {
                throw RecordError.At(block.File.Path, position.Line, problem.Message, problem.Hint);
            }

            for (int i = 0; i < found.Count; i++)
            {
                texts.Add(new RolloutText(
                    position.Row++, found[i].Prompt, found[i].Completion, double.IsFinite(rows.Rows[i].MeanLogprob),
                    double.IsFinite(rows.Rows[i].RefMeanLogprob)));
            }
        }
    }

    private sealed class Position
    {
        internal int Line;
        internal int Row;
    }
}
