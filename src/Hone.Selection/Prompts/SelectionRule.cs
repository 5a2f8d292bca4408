namespace Hone.Selection;

/// <summary>Which prompts of a candidate set are kept.</summary>
public enum SelectionRule
{
    /// <summary>Nearest the centre of confidence: highest 1 - (s - mu)^2 (UFO-RL).</summary>
    Fuzzy,

    /// <summary>A seeded random subset: the control that any other rule has to beat.</summary>
    Random,

    /// <summary>Highest s: what the model answers most surely.</summary>
    Confident,

    /// <summary>Lowest s: what the model answers least surely.</summary>
    Unsure,
}
