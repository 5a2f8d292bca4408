namespace Hone.Dashboard.Samples;

/// <summary>The rollouts of one run, whoever wrote them.</summary>
internal abstract class RunRollouts
{
    /// <summary>Their numbers. Another table where much of it was replaced.</summary>
    public RolloutTable Table { get; protected set; } = new();

    /// <summary>What the log was read as; null before it was.</summary>
    public string? Format { get; protected set; }

    /// <summary>Whether texts can be read.</summary>
    public abstract bool HasTexts { get; }

    /// <summary>Bytes of the files, and how many of them are indexed.</summary>
    public (long Done, long Total) Bytes { get; protected set; }

    /// <summary>Lines that are no rollouts.</summary>
    public int BadLines { get; protected set; }

    /// <summary>What could not be read, in a line for the reader; null for nothing.</summary>
    public string? Problem { get; protected set; }

    /// <summary>What is to be known of the log.</summary>
    public IReadOnlyList<string> Findings { get; protected set; } = [];

    /// <summary>The last step that the log speaks for, where that is later than its last rollout; else 0.</summary>
    public int LastStep { get; protected set; }

    /// <summary>Added to the step of a checkpoint's folder that is called by a bare number.</summary>
    public int CheckpointOffset { get; protected set; }

    /// <summary>Reads what is new; one call at a time.</summary>
    public abstract void Refresh(CancellationToken cancel);
}
