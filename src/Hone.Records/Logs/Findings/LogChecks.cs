using System.Globalization;

namespace Hone.Records.Logs.Findings;

/// <summary>What a log's own rows say about it.</summary>
internal static class LogChecks
{
    /// <summary>Everything that a reader should know before trusting a ranking; empty for an ordinary log.</summary>
    internal static IEnumerable<LogFinding> Of(RolloutLog log)
    {
        if (log.SkippedRows > 0)
        {
            yield return new LogFinding("rows_without_reward", string.Create(CultureInfo.InvariantCulture,
                $"{log.SkippedRows} rows without a finite reward were left out"));
        }

        if (log.PositiveLogprobs > 0)
        {
            yield return new LogFinding("positive_logprobs", string.Create(CultureInfo.InvariantCulture,
                $"{log.PositiveLogprobs} of {log.Count} completions have a mean log-probability "
                + $"above 0, which none can have: the field may hold its negative"));
        }

        foreach (LogFinding finding in StepChecks.Of(log.Steps, log.RepeatedSteps, StepsLoggedTwice.In(log)))
        {
            yield return finding;
        }

        foreach (LogFinding finding in RewardChecks.Of(log))
        {
            yield return finding;
        }
    }
}
