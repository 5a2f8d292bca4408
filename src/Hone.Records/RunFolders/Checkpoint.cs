namespace Hone.Records.RunFolders;

/// <summary>What a checkpoint's path holds.</summary>
public enum CheckpointKind
{
    /// <summary>Not looked at: a step alone was given, or the folder is known by its name only.</summary>
    Unknown,

    /// <summary>A Hugging Face model folder, ready to load.</summary>
    Model,

    /// <summary>A folder of low-rank adapters (PEFT); it needs its base model.</summary>
    Adapter,

    /// <summary>The trainer's own shards, to be converted first.</summary>
    Shards,
}

/// <summary>A checkpoint on the disk.</summary>
/// <param name="Step">Number of updates behind its weights.</param>
/// <param name="Path">The folder to ship; empty where only the step is known.</param>
public sealed record Checkpoint(int Step, string Path)
{
    /// <summary>What is in that folder.</summary>
    public CheckpointKind Kind { get; init; }

    /// <summary>The trainer's own command or advice that makes a Hugging Face folder of it; null where none is needed, or none is
    /// known.</summary>
    public string? Conversion { get; init; }

    /// <summary>The folders in a folder whose names say a step, by step; what is in them is not looked at.</summary>
    /// <param name="folder">The folder that holds the checkpoints' folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<Checkpoint> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw RecordError.NoFolder(folder);
        }

        return
        [
            .. Directory.EnumerateDirectories(folder)
                .Select(path => (Path: path, Name: CheckpointName.Of(System.IO.Path.GetFileName(path))))
                .Where(found => found.Name is { Unfinished: null })
                .Select(found => new Checkpoint(found.Name!.Value.Step, found.Path))
                .OrderBy(checkpoint => checkpoint.Step)
                .ThenBy(checkpoint => checkpoint.Path, StringComparer.Ordinal),
        ];
    }
}
