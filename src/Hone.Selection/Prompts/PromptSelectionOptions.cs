namespace Hone.Selection;

/// <summary>What to keep of a candidate set.</summary>
public sealed record PromptSelectionOptions
{
    /// <summary>The rule.</summary>
    /// <value>Default <see cref="SelectionRule.Fuzzy"/>.</value>
    public SelectionRule Rule { get; init; } = SelectionRule.Fuzzy;

    /// <summary>The share to keep, in (0, 1].</summary>
    /// <value>Default 0.1.</value>
    public double Fraction { get; init; } = 0.1;

    /// <summary>The centre of the fuzzy rule; the others do not use it.</summary>
    /// <value>Default the mean.</value>
    public SelectionCenter Center { get; init; } = SelectionCenter.Mean;

    /// <summary>Seed of the random rule; the others do not use it.</summary>
    /// <value>Default 0.</value>
    public ulong Seed { get; init; }
}
