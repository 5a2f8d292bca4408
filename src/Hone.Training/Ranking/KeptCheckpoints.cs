namespace Hone.Training.Ranking;

/// <summary>What became of a run's older checkpoints once a new one was written.</summary>
/// <param name="Deleted">Steps whose folders are gone for their scores.</param>
/// <param name="Passed">Steps whose folders are gone because they were there to go on from alone.</param>
/// <param name="Problems">Why folders could not be deleted.</param>
public sealed record KeptCheckpoints(IReadOnlyList<int> Deleted, IReadOnlyList<int> Passed, IReadOnlyList<string> Problems)
{
    /// <summary>Nothing was deleted.</summary>
    public static KeptCheckpoints All { get; } = new([], [], []);
}
