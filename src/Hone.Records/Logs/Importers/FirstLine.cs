using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>Looks at the first row of some files, to recognise their format.</summary>
internal static class FirstLine
{
    // Each format looks; a longer line, which no trainer is known to write, is then read as plain rows or refused.
    private const int LongestLine = 1 << 24;

    /// <summary>The names of its fields; empty where there is no row, or it cannot be read.</summary>
    internal static IReadOnlyCollection<string> NamesIn(IReadOnlyList<LogFile> files)
    {
        try
        {
            IReadOnlyCollection<string> names = [];
            Look(files, line => names = LineNames.Of(line));
            return names;
        }
        catch (Exception error) when (error is RowException or InvalidDataException)
        {
            // Whoever reads the file in full says what is wrong with it.
            return [];
        }
    }

    /// <summary>Shows the first line that is not blank.</summary>
    private static void Look(IReadOnlyList<LogFile> files, Action<ReadOnlySpan<byte>> look)
    {
        foreach (LogFile file in files)
        {
            using var source = new BlockSource([file], LongestLine);
            var block = new TextBlock();
            while (source.Next(block))
            {
                foreach (Range range in block.Text.Split((byte)'\n'))
                {
                    ReadOnlySpan<byte> line = block.Text[range].Trim(" \t\r"u8);
                    if (!line.IsEmpty)
                    {
                        look(line.StartsWith("\uFEFF"u8) ? line[3..] : line);
                        return;
                    }
                }
            }
        }
    }
}
