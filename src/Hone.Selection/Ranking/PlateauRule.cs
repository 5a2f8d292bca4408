using System.Globalization;

namespace Hone.Selection;

/// <summary>When a run's score counts as no longer rising.</summary>
/// <param name="Patience">Checkpoints in a row without a rise that make a plateau, at least 1.</param>
public sealed record PlateauRule(int Patience)
{
    /// <summary>The first step at which there can be a plateau.</summary>
    public int MinSteps { get; init; }

    /// <summary>By how much a score must exceed the mark to count as a rise, in reward units, 0 or more; null for the upper end
    /// of the mark's own interval, so that what chance explains is no rise.</summary>
    public double? MinRise { get; init; }

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        if (Patience < 1)
        {
            yield return $"patience is {Patience}, expected 1 or more";
        }

        if (MinSteps < 0)
        {
            yield return $"min_steps is {MinSteps}, expected 0 or more";
        }

        if (MinRise is { } rise && !(rise >= 0 && double.IsFinite(rise)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"min_rise is {rise}, expected 0 or more");
        }
    }
}
