using Hone.Records.RunFolders;

namespace Hone.Report;

/// <summary>One metric over steps, a long one as means of neighbouring steps.</summary>
/// <param name="Name">Its name in metrics.jsonl.</param>
/// <param name="Steps">(points) first step of each point.</param>
/// <param name="Values">(points) means.</param>
/// <param name="Low">(points) least values; null where a point is one step.</param>
/// <param name="High">(points) greatest values.</param>
internal sealed record MetricSeries(
    string Name, IReadOnlyList<double> Steps, IReadOnlyList<double?> Values, IReadOnlyList<double?>? Low, IReadOnlyList<double?>? High)
{
    /// <summary>Points of a series at most.</summary>
    public const int MostPoints = 300;

    /// <summary>Metrics at most; a page with more is no help.</summary>
    public const int MostMetrics = 24;

    /// <summary>Whether it is one number all along: nothing to draw.</summary>
    public bool IsConstant =>
        Values.Where(value => value is not null).Distinct().Count() < 2 && (Low ?? []).Concat(High ?? []).OfType<double>().Distinct().Count() < 2;

    /// <summary>Reads the metrics of a run, those that are always there first; a metric without a single number is left
    /// out.</summary>
    public static IReadOnlyList<MetricSeries> Read(string path)
    {
        Dictionary<string, List<(int Step, double Value)>> found = [];
        foreach (MetricsLine line in MetricsLine.ReadAll(path))
        {
            foreach ((string name, double value) in line.Values)
            {
                if (!found.TryGetValue(name, out List<(int, double)>? values))
                {
                    if (found.Count >= MostMetrics)
                    {
                        continue;
                    }

                    found[name] = values = [];
                }

                values.Add((line.Step, value));
            }
        }

        return [.. found.Where(metric => metric.Value.Any(point => double.IsFinite(point.Value))).Select(metric => Of(metric.Key, metric.Value))];
    }

    private static MetricSeries Of(string name, List<(int Step, double Value)> points)
    {
        if (points.Count <= MostPoints)
        {
            return new MetricSeries(
                name, [.. points.Select(point => (double)point.Step)], [.. points.Select(point => NumberText.ForChart(point.Value))], null, null);
        }

        int size = (points.Count + MostPoints - 1) / MostPoints;
        (int Step, double[] Values)[] bins =
            [.. points.Chunk(size).Select(bin => (bin[0].Step, bin.Select(point => point.Value).Where(double.IsFinite).ToArray()))];
        return new MetricSeries(
            name,
            [.. bins.Select(bin => (double)bin.Step)],
            [.. bins.Select(bin => bin.Values.Length == 0 ? null : NumberText.ForChart(bin.Values.Average()))],
            [.. bins.Select(bin => bin.Values.Length == 0 ? null : NumberText.ForChart(bin.Values.Min()))],
            [.. bins.Select(bin => bin.Values.Length == 0 ? null : NumberText.ForChart(bin.Values.Max()))]);
    }
}
