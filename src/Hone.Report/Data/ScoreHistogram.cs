using Hone.Records;

namespace Hone.Report;

/// <summary>How likely the model found the answers of the prompts before training, and which prompts it was trained on.</summary>
/// <param name="Edges">(bins + 1) edges of s.</param>
/// <param name="All">Candidates by bin; null where only the selected ones are known.</param>
/// <param name="Kept">Selected prompts by bin; null where they are not known.</param>
/// <param name="Candidates">Number of candidates.</param>
/// <param name="Selected">Number of selected prompts.</param>
/// <param name="Mean">Mean of s over the candidates; null where they are not known.</param>
/// <param name="KeptRange">Least and greatest s of the selected prompts; null without them.</param>
/// <param name="Rule">What the selection went by; null where it is not known.</param>
internal sealed record ScoreHistogram(
    IReadOnlyList<double> Edges, IReadOnlyList<int>? All, IReadOnlyList<int>? Kept, int Candidates, int Selected, double? Mean,
    (double Low, double High)? KeptRange, string? Rule)
{
    private const int Bins = 40;

    /// <summary>From the scores of the candidates and the data set of the run, as far as they are there.</summary>
    /// <param name="scores">Scores, or null.</param>
    /// <param name="data">The run's data set.</param>
    public static ScoreHistogram? Read(string? scores, RunData data)
    {
        double[] all = scores is null ? []
            : [.. ScoreLine.ReadAll(scores).Select(line => line.Probability).Where(double.IsFinite)];
        double[] kept = [.. data.Kept];
        double[] known = [.. all, .. kept];
        if (known.Length == 0)
        {
            return null;
        }

        (double low, double high) = (known.Min(), known.Max());
        (low, high) = high > low ? (low, high) : (low - 0.01, high + 0.01);
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => NumberText.ForChart(low + ((high - low) * i / Bins))!.Value)];
        return new ScoreHistogram(
            edges, all.Length == 0 ? null : Count(all, low, high), kept.Length == 0 ? null : Count(kept, low, high), all.Length, kept.Length,
            all.Length == 0 ? null : all.Average(), kept.Length == 0 ? null : (kept.Min(), kept.Max()), data.Rule);
    }

    private static int[] Count(double[] values, double low, double high)
    {
        int[] counts = new int[Bins];
        foreach (double value in values)
        {
            counts[Math.Clamp((int)((value - low) / (high - low) * Bins), 0, Bins - 1)]++;
        }

        return counts;
    }
}
