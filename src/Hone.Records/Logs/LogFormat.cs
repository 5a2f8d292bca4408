namespace Hone.Records.Logs;

/// <summary>The form of a rollout log.</summary>
/// <param name="Name">What --format calls it.</param>
/// <param name="Title">The trainer and the kind of file.</param>
/// <param name="Steps">How the trainer counts steps, in a sentence.</param>
/// <param name="StepOffset">What to add to its step to get ours: the update that the completion was trained in, from 1.</param>
public sealed record LogFormat(string Name, string Title, string Steps, int StepOffset = 0)
{
    /// <summary>What to add to the number in the name of one of the trainer's checkpoint folders to get the updates that are in its
    /// weights.</summary>
    public int CheckpointOffset { get; init; }

    /// <summary>What makes this trainer write log-probabilities, as the end of a hint; empty where a field name is all that can be
    /// missing.</summary>
    public string LogprobHint { get; init; } = "";
}
