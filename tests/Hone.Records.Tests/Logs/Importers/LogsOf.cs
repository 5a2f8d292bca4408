using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

/// <summary>Reads logs for tests.</summary>
internal static class LogsOf
{
    internal static RolloutLog Read(string path, string? format = null, string[]? fields = null, params (string, double)[] weights) =>
        RolloutLog.Read(path, new LogOptions
        {
            Format = format,
            Fields = FieldMap.ForRollouts(fields ?? []),
            RewardWeights = weights.ToDictionary(weight => weight.Item1, weight => weight.Item2),
        });

    internal static string[] Ids(this RolloutLog log) => [.. log.Findings.Select(finding => finding.Id)];

    internal static string Message(this RolloutLog log, string id) => Assert.Single(log.Findings, finding => finding.Id == id).Message;
}
