using System.Globalization;

namespace Hone.Selection;

/// <summary>Checkpoints in a sentence.</summary>
internal static class StepNames
{
    private const int MostNamed = 5;

    /// <summary>"checkpoint 40", "checkpoints 40, 80", and of many the first few.</summary>
    public static string Of(IReadOnlyList<int> steps)
    {
        IEnumerable<string> shown = steps.Take(MostNamed).Select(step => step.ToString(CultureInfo.InvariantCulture));
        string rest = steps.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {steps.Count - MostNamed} more") : "";
        return (steps.Count == 1 ? "checkpoint " : "checkpoints ") + string.Join(", ", shown) + rest;
    }
}
