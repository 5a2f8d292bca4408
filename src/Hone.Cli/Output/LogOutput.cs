using Hone.Records.Logs;
using Hone.Selection;

namespace Hone.Cli.Output;

/// <summary>What is said of a rollout log beside its ranking.</summary>
internal static class LogOutput
{
    /// <summary>Says on stderr what a log was read as.</summary>
    public static void Print(CommandContext context, RolloutLog log)
    {
        if (!context.Quiet)
        {
            context.Error.WriteLine(FormattableString.Invariant(
                $"log: {log.Format.Title}, {Count(log.Files.Count, "file")}, {Count(log.Count, "row")}; {log.Format.Steps}"));
        }
    }

    /// <summary>Says on stderr what a log said against itself, where there is no ranking to say it with.</summary>
    public static void PrintFindings(CommandContext context, RolloutLog log)
    {
        foreach (LogFinding finding in log.Findings)
        {
            context.Warn($"{finding.Message}");
        }
    }

    /// <summary>A ranking with what the log said against itself, and what it does not cover, before its own warnings.</summary>
    public static RankingResult WithFindings(
        RankingResult result, IEnumerable<LogFinding> findings, IEnumerable<RankingWarning> coverage) => result with
        {
            Warnings = [.. findings.Select(finding => new RankingWarning(finding.Id, finding.Message, [])), .. coverage, .. result.Warnings],
        };

    private static string Count(int number, string noun) => FormattableString.Invariant($"{number} {noun}{(number == 1 ? "" : "s")}");
}
