using Hone.Records.Logs;
using Hone.Records.Logs.Texts;
using Hone.Selection;

namespace Hone.Report;

/// <summary>Finds the most uncertain completions of the pick's window, and their texts in the log.</summary>
internal static class HardRollouts
{
    /// <summary>How many are shown.</summary>
    public const int Most = 12;

    /// <summary>The most uncertain first; why texts are missing, if they are.</summary>
    public static (IReadOnlyList<HardRollout> Rollouts, string? NoText) Of(ReportSource source, PickWindow window)
    {
        int[] rows = [.. window.Rows.Take(Most)];
        var texts = new Dictionary<int, HardText>();
        string? why = null;
        foreach (IGrouping<LogFile, int> file in rows.GroupBy(row => source.Log.Place(row).File))
        {
            try
            {
                foreach ((int row, HardText text) in source.Log.Format.Name == "hone"
                    ? OwnTexts.Of(source, file.Key, [.. file]) : Others(source, file.Key, [.. file]))
                {
                    texts[row] = text;
                }
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                why = error.Message;
            }
        }

        return ([.. rows.Select(row => Rollout(source, row, texts.GetValueOrDefault(row)))], texts.Count == rows.Length ? null
            : why ?? "the log was written without its texts");
    }

    private static HardRollout Rollout(ReportSource source, int row, HardText? text)
    {
        RolloutScore score = source.Rollouts[row];
        return new HardRollout(
            score.Step, source.Log.PromptIds[score.Prompt], score.Sample, source.Uncertainty(score), score.Reward,
            source.Log.Tokens[row], score.Truncated, text);
    }

    // Rows are found by their place, which holds only where the log kept all of the file's.
    private static List<(int Row, HardText Text)> Others(ReportSource source, LogFile file, int[] rows)
    {
        Dictionary<int, int> wanted = rows.ToDictionary(row => source.Log.Place(row).Row);
        List<(int, HardText)> found = [];
        int count = 0;
        RolloutTexts texts = RolloutTexts.Open(source.Path, source.LogOptions);
        foreach (RolloutText text in texts.Of(file))
        {
            count++;
            if (wanted.TryGetValue(text.Row, out int row))
            {
                found.Add((row, new HardText(text.Prompt, text.Completion, null, null)));
            }
        }

        return count == source.Log.Place(rows[0]).RowsOfFile ? found : throw new InvalidDataException(
            $"{file.Path} has rows that the ranking left out, so that texts cannot be found by their place");
    }
}
