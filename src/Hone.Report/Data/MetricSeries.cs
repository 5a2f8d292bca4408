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

    /// <summary>Whether it is one number all along: nothing to draw.</summary>
    public bool IsConstant =>
        Values.Where(value => value is not null).Distinct().Count() < 2 && (Low ?? []).Concat(High ?? []).OfType<double>().Distinct().Count() < 2;

    /// <summary>The series of a metric's points.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="points">Its values in the file's order.</param>
    public static MetricSeries Of(string name, IReadOnlyList<(int Step, double Value)> points)
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
