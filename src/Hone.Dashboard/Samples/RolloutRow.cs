namespace Hone.Dashboard.Samples;

/// <summary>What the index keeps of a rollout: 64 bytes.</summary>
internal struct RolloutRow
{
    /// <summary>Where the line begins in the uncompressed file, in bytes.</summary>
    public long Offset;

    /// <summary>Mean reward of the completion; NaN where there is none.</summary>
    public double Reward;

    /// <summary>Mean log-probability in nats; NaN where there is none.</summary>
    public double MeanLogprob;

    /// <summary>The same under the reference model.</summary>
    public double RefMeanLogprob;

    /// <summary>The line's length in bytes; 0 where the text is not to be read.</summary>
    public int Length;

    /// <summary>Which file of the table.</summary>
    public int File;

    /// <summary>The step, from 1.</summary>
    public int Step;

    /// <summary>Number of the prompt in the table.</summary>
    public int Prompt;

    /// <summary>Which completion of the prompt; -1 where unknown.</summary>
    public int Sample;

    /// <summary>Sampled tokens; -1 where unknown.</summary>
    public int Tokens;

    /// <summary>Whether the completion hit the length limit.</summary>
    public bool Truncated;

    /// <summary>1 right, 0 wrong, -1 unknown.</summary>
    public sbyte Correct;

    /// <summary>1 where the answer stood where it should, 0 where not, -1 unknown.</summary>
    public sbyte FormatOk;

    /// <summary>Whether something is so, as a byte of a row.</summary>
    public static sbyte Verdict(bool? isSo) => isSo switch { true => 1, false => 0, null => -1 };

    /// <summary>A byte of a row as what it says; null for unknown.</summary>
    public static bool? Verdict(sbyte value) => value < 0 ? null : value == 1;
}
