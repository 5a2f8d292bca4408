using Hone.Records.RunFolders;

namespace Hone.Report;

/// <summary>The metrics of a run, as far as a page holds them.</summary>
/// <param name="Series">Those that are shown; a metric without a single number is left out.</param>
/// <param name="Others">Names of those that are not, in the file's order.</param>
/// <param name="Problem">What of the file could not be used; null where all could.</param>
internal sealed record RunMetrics(IReadOnlyList<MetricSeries> Series, IReadOnlyList<string> Others, string? Problem)
{
    /// <summary>Metrics that are shown at most; a page with more is no help. Those of hone train are fewer.</summary>
    public const int MostShown = 24;

    /// <summary>Reads metrics.jsonl, the metrics that come first in it before others. A damaged line is left out: it is no reason to
    /// refuse a page.</summary>
    /// <param name="path">The file; a missing one has none.</param>
    public static RunMetrics Read(string path)
    {
        Dictionary<string, List<(int Step, double Value)>> found = [];
        List<string> others = [];
        HashSet<string> named = [];
        int skipped = 0;
        string? problem = null;
        try
        {
            foreach (MetricsLine line in File.Exists(path) ? MetricsLine.ReadAll(path, Skip) : [])
            {
                foreach ((string name, double value) in line.Values)
                {
                    if (found.TryGetValue(name, out List<(int, double)>? values))
                    {
                        values.Add((line.Step, value));
                    }
                    else if (found.Count < MostShown)
                    {
                        found[name] = [(line.Step, value)];
                    }
                    else if (named.Add(name))
                    {
                        others.Add(name);
                    }
                }
            }

            problem = skipped == 0 ? null : $"{NumberText.Of(skipped, "line")} of metrics.jsonl left out; the first: {problem}";
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            problem = $"metrics.jsonl could not be read to its end: {error.Message}";
        }

        return new RunMetrics(
            [.. found.Where(metric => metric.Value.Any(point => double.IsFinite(point.Value))).Select(metric => MetricSeries.Of(metric.Key, metric.Value))],
            others, problem);

        void Skip(InvalidDataException error)
        {
            skipped++;
            problem ??= error.Message;
        }
    }
}
