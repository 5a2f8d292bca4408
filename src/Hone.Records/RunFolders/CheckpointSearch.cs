namespace Hone.Records.RunFolders;

/// <summary>The checkpoints that were found in a folder, each with what it holds.</summary>
/// <param name="Found">The checkpoints by step, one for each.</param>
/// <param name="LeftOut">Folders that name a step and are no whole checkpoint: path and reason, in a sentence without its full
/// stop.</param>
public sealed record CheckpointSearch(IReadOnlyList<Checkpoint> Found, IReadOnlyList<string> LeftOut)
{
    // Marks what prime-rl has finished to write.
    private const string StableMark = "STABLE";

    // OpenRLHF keeps DeepSpeed's state in _actor beside its Hugging Face folders; prime-rl has both kinds under the run.
    private static readonly string[] Holders = ["_actor", "checkpoints", "weights"];

    /// <summary>Looks in a folder, and in the places below it that trainers have for checkpoints.</summary>
    /// <param name="folder">The folder that holds checkpoints, or the run's.</param>
    /// <param name="bareOffset">Added to the step of a folder that is called by a bare number: 1 where that is a rollout counted from
    /// 0.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static CheckpointSearch In(string folder, int bareOffset = 0)
    {
        if (!Directory.Exists(folder))
        {
            throw RecordError.NoFolder(folder);
        }

        List<string> places = [folder, .. Holders.Select(name => Path.Combine(folder, name))];
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) == "checkpoints")
        {
            places.Add(Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "", "weights"));
        }

        List<string> leftOut = [];
        List<(Checkpoint Checkpoint, bool Best)> found = [];
        foreach (string place in places.Where(Directory.Exists))
        {
            Look(place, bareOffset, found, leftOut);
        }

        // Of several folders of a step the one that needs least work; a copy kept as best is the same weights.
        return new CheckpointSearch(
        [
            .. found.GroupBy(item => item.Checkpoint.Step).OrderBy(step => step.Key).Select(step => step
                .OrderBy(item => item.Checkpoint.Kind).ThenBy(item => item.Best)
                .ThenBy(item => item.Checkpoint.Path, StringComparer.Ordinal).First().Checkpoint),
        ], leftOut);
    }

    /// <summary>Looks around a log, in the places that trainers use; null where there is no checkpoint.</summary>
    /// <param name="log">A run folder, a folder of rollout files, or one file.</param>
    /// <param name="bareOffset">As in <see cref="In"/>.</param>
    public static CheckpointSearch? Beside(string log, int bareOffset = 0)
    {
        foreach (string place in Around(Path.GetFullPath(log)).Distinct())
        {
            try
            {
                string named = Path.IsPathRooted(log) ? place : Path.GetRelativePath(Environment.CurrentDirectory, place);
                if (Directory.Exists(place) && In(named, bareOffset) is { Found.Count: > 0 } search)
                {
                    return search;
                }
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                // A folder above the log that is not ours to read has no checkpoints for us.
            }
        }

        return null;
    }

    // A run's own folder; ms-swift's and verl's beside the log; TRL's and ours one above it; open-instruct's beside the output
    // folder; prime-rl's above rollouts/step_N/train/effective.
    private static IEnumerable<string> Around(string log)
    {
        string folder = Directory.Exists(log) ? Path.TrimEndingDirectorySeparator(log) : Path.GetDirectoryName(log)!;
        string? above = Path.GetDirectoryName(folder);
        yield return Path.Combine(folder, "checkpoints");
        yield return folder;
        yield return folder + "_checkpoints";
        if (above is not null)
        {
            yield return above;
            yield return above + "_checkpoints";
        }

        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.GetFileName(at) == "rollouts" && Path.GetDirectoryName(at) is { } run)
            {
                yield return run;
            }
        }
    }

    private static void Look(string place, int bareOffset, List<(Checkpoint, bool)> found, List<string> leftOut)
    {
        (string Path, CheckpointName Name)[] named =
        [
            .. Directory.EnumerateDirectories(place).Order(StringComparer.Ordinal)
                .Select(path => (Path: path, Name: CheckpointName.Of(Path.GetFileName(path), bareOffset)))
                .Where(item => item.Name is not null).Select(item => (item.Path, item.Name!.Value)),
        ];
        bool marked = named.Any(item => File.Exists(Path.Combine(item.Path, StableMark)));
        foreach ((string path, CheckpointName name) in named)
        {
            (CheckpointContent? content, string problem) = name.Unfinished is { } unfinished ? (null, unfinished)
                : marked && !File.Exists(Path.Combine(path, StableMark)) ? (null, $"it has no file {StableMark}, which those beside it have")
                : ContentOf(path);
            if (content is null)
            {
                leftOut.Add($"{path}: left out, {problem}");
                continue;
            }

            found.Add((new Checkpoint(name.Step, content.Path) { Folder = path, Kind = content.Kind, Conversion = content.Conversion }, name.Best));
        }
    }

    // A run that keeps its best checkpoints alone may delete one while it is looked at.
    private static (CheckpointContent?, string) ContentOf(string path)
    {
        try
        {
            return CheckpointContent.Of(path);
        }
        catch (IOException) when (!Directory.Exists(path))
        {
            return (null, "it went away meanwhile");
        }
    }
}
