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

    /// <summary>A ranking with what the log said against itself before its own warnings.</summary>
    public static RankingResult WithFindings(RankingResult result, IEnumerable<LogFinding> findings) => result with
    {
        Warnings = [.. findings.Select(finding => new RankingWarning(finding.Id, finding.Message, [])), .. result.Warnings],
    };

    private static string Count(int number, string noun) => FormattableString.Invariant($"{number} {noun}{(number == 1 ? "" : "s")}");
}
