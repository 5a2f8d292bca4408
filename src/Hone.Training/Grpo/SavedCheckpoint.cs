using Hone.Selection;

namespace Hone.Training.Grpo;

/// <summary>A checkpoint that a run has just written.</summary>
/// <param name="Step">Number of updates behind its weights.</param>
/// <param name="Score">Its UGCS score; null where the run has no ranking.</param>
/// <param name="Deleted">Steps of the checkpoints that were deleted in turn.</param>
public sealed record SavedCheckpoint(int Step, CheckpointScore? Score, IReadOnlyList<int> Deleted);
