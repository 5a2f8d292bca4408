using Hone.Selection;

namespace Hone.Training.Grpo;

/// <summary>A checkpoint that a run has just written.</summary>
/// <param name="Step">Number of updates behind its weights.</param>
/// <param name="Score">Its UGCS score; null where the run has no ranking.</param>
/// <param name="Deleted">Steps of the checkpoints that were deleted in turn, for their scores.</param>
/// <param name="Passed">Steps of those that were deleted because they were there to go on from alone.</param>
public sealed record SavedCheckpoint(int Step, CheckpointScore? Score, IReadOnlyList<int> Deleted, IReadOnlyList<int> Passed);
