using System.Text;
using Hone.Records.Pickles;
using Hone.Records.Pickles.Logs;

namespace Hone.Records.Logs.Importers;

/// <summary>What the logs of torch.save have in common.</summary>
internal static class TorchLogs
{
    /// <summary>The .pt files at a path, or in the trainer's own subfolder of it.</summary>
    internal static IEnumerable<string> In(string path, string subfolder) =>
        LogFiles.In(path, subfolder).Where(file => file.EndsWith(".pt", StringComparison.OrdinalIgnoreCase));

    /// <summary>The files that are a log's by their names; else, as names may be the user's own, all of one numbered series if the
    /// first holds the log's field. Null for none.</summary>
    internal static IReadOnlyList<LogFile>? Ordered(IReadOnlyCollection<string> files, Func<string, bool> isNamed, string field)
    {
        string[] named = [.. files.Where(isNamed)];
        if (named.Length == 0 && files.Select(LogFiles.Series).Distinct().ToArray() is [var series] && series.Contains('#')
            && Holds(files.First(), field))
        {
            named = [.. files];
        }

        return named.Length == 0 ? null : LogFiles.ByNumber(named.Select(file => new LogFile(file)));
    }

    /// <summary>Takes a file's rows. Prompts are told apart by their text where the log has it.</summary>
    internal static void Take(RolloutColumns columns, LogFile file, IEnumerable<TorchRow> logged)
    {
        columns.Begin(file);
        var rows = new RowBlock();
        try
        {
            foreach (TorchRow row in logged)
            {
                rows.Lines++;
                rows.Add(new LoggedRow
                {
                    Step = row.Step,
                    Prompt = row.Prompt is { } prompt
                        ? PromptKey.Of(Encoding.UTF8.GetBytes(prompt))
                        : rows.Id(Encoding.UTF8.GetBytes(row.PromptKey!)),
                    Tokens = row.Tokens,
                    MeanLogprob = row.MeanLogprob,
                    RefMeanLogprob = row.RefMeanLogprob,
                    MinLogprob = row.MinLogprob,
                    TailLogprob = row.TailLogprob,
                    Reward = row.Reward,
                    Truncated = row.Truncated,
                }, double.IsFinite(row.MeanLogprob));
            }
        }
        catch (RowException problem)
        {
            rows.Problem = problem;
        }

        columns.Take(rows);
    }

    private static bool Holds(string file, string field)
    {
        try
        {
            return TorchFile.Read(file).Dict is { } dict && dict.Names.Contains(field);
        }
        catch (InvalidDataException)
        {
            // A checkpoint, or what else has this ending; whoever is asked for it by name says what is wrong.
            return false;
        }
    }
}
