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
    /// <summary>The folder whose name says the step: the path's own, or one above it.</summary>
    public string Folder
    {
        get => field ?? Path;
        init;
    }

    /// <summary>The folder that holds that one and those of other steps; empty where only the step is known.</summary>
    public string Holder => System.IO.Path.GetDirectoryName(Folder) ?? "";

    /// <summary>What is in the path's folder.</summary>
    public CheckpointKind Kind { get; init; }

    /// <summary>The trainer's own command or advice that makes a Hugging Face folder of it; null where none is needed, or none is
    /// known.</summary>
    public string? Conversion { get; init; }
}
