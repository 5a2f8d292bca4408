using Hone.Records.RunFolders;

namespace Hone.Dashboard.Runs;

/// <summary>The checkpoints of a run: those on the disk, and those that the run itself has deleted to keep its best.</summary>
/// <param name="There">Steps of the former, ascending.</param>
/// <param name="Deleted">Steps of the latter, ascending.</param>
/// <param name="Problem">What could not be read, in a sentence; null for nothing.</param>
internal sealed record RunCheckpoints(IReadOnlyList<int> There, IReadOnlyList<int> Deleted, string? Problem)
{
    /// <summary>Looks for them where `hone rank` does, within what reading must not leave.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="root">What reading must not leave.</param>
    /// <param name="bareOffset">Added to the step of a folder that is called by a bare number.</param>
    public static RunCheckpoints Of(string run, ContainedFolder root, int bareOffset)
    {
        try
        {
            Checkpoint[] there = [.. (CheckpointSearch.Beside(run, bareOffset)?.Found ?? []).Where(found => root.Holds(found.Path))];
            int[] steps = [.. there.Select(found => found.Step)];
            try
            {
                IEnumerable<Checkpoint> gone = root.Holds(Path.Combine(run, "deleted.jsonl")) ? DeletedCheckpoint.GoneOf(run, there) : [];
                return new RunCheckpoints(steps, [.. gone.Select(checkpoint => checkpoint.Step)], null);
            }
            catch (InvalidDataException)
            {
                return new RunCheckpoints(steps, [], "deleted.jsonl is damaged, so checkpoints that the run deleted are missing here.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new RunCheckpoints([], [], null);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(',', There)};{string.Join(',', Deleted)};{Problem}";
}
