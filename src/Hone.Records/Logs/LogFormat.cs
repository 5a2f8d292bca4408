namespace Hone.Records.Logs;

/// <summary>The form of a rollout log.</summary>
/// <param name="Name">What --format calls it.</param>
/// <param name="Title">The trainer and the kind of file.</param>
/// <param name="Steps">How the trainer counts steps, in a sentence.</param>
/// <param name="StepOffset">What to add to its step to get ours: the update that the completion was trained in, from 1.</param>
public sealed record LogFormat(string Name, string Title, string Steps, int StepOffset = 0);
