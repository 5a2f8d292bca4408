using Hone.Records.Pickles.Logs;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// The training logs of the UGCS authors' code (<see cref="UgcsRollouts"/>): steps count the updates before the batch was sampled, so
/// a row of step s is trained in update s + 1. Their window of a checkpoint C takes their steps C - 100 to C, which are ours from
/// C - 99 to C + 1. Only the reference model's log-probabilities are there, as their reading asks for.
/// </summary>
internal sealed class UgcsLog : LogImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "ugcs", "training logs of the UGCS authors' code (torch files)",
        "their code counts the updates before the completion was sampled, and it is trained in the next one", 1)
    {
        LogprobHint = "their code logs those of the reference model alone; rank them with --as reference-code",
    };

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path) => TorchLogs.Ordered([.. TorchLogs.In(path, "training_logs")],
        file => Path.GetFileName(file).StartsWith("log_step_", StringComparison.Ordinal), "logs");

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns)
    {
        OwnFields.RefuseMap(Format, options.Fields);
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        foreach (LogFile file in files)
        {
            TorchLogs.Take(columns, file, UgcsRollouts.Read(file.Path));
        }
    }
}
