using Hone.Records.Pickles.Logs;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// slime's rollouts (<see cref="SlimeRollouts"/>): rollout k, from 0, is trained in update k + 1 where a rollout is one global batch;
/// with more (<c>num_steps_per_rollout</c>) a step of ours stands for a whole rollout. The Megatron back end names the checkpoint
/// after that round <c>iter_</c> k, which this format's offset says; the FSDP back end k + 1. Prompts are told apart by their text,
/// as <c>group_index</c> is another one whenever a prompt is drawn again. A reward that is a dict needs <c>--field reward=KEY</c>.
/// </summary>
internal sealed class SlimeLog : LogImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "slime", "slime rollouts (torch files, one a rollout)",
        "slime counts rollouts from 0, and rollout k is trained in update k + 1", 1)
    {
        CheckpointOffset = 1,
        LogprobHint = "slime records rollout_log_probs when its own rollout function samples",
    };

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        string[] files = [.. TorchLogs.In(path, "rollout_data").Where(file => !SlimeRollouts.IsEvaluation(file))];
        return TorchLogs.Ordered(files, file => Path.GetFileName(file).Contains("rollout", StringComparison.Ordinal)
            || Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) == "rollout_data", "samples");
    }

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns)
    {
        OwnFields.RefuseMap(Format, options.Fields, "reward");
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        foreach (LogFile file in files)
        {
            TorchLogs.Take(columns, file, SlimeRollouts.Read(file.Path, options.Fields["reward"]));
        }
    }
}
