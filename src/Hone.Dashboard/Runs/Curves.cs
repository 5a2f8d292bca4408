using System.Text.Json;
using Hone.Dashboard.Samples;

namespace Hone.Dashboard.Runs;

/// <summary>Numbers by step, one column a metric. One thread writes while others read copies.</summary>
internal sealed class Curves
{
    /// <summary>Most points of a curve that are handed out: beyond, a point is the mean of several steps.</summary>
    public const int MostPoints = 1000;

    private const int MostColumns = 200;
    private readonly Lock _lock = new();
    private readonly List<int> _steps = [];
    private readonly Dictionary<string, List<double>> _columns = [];

    /// <summary>The last step; 0 before the first.</summary>
    public int LastStep
    {
        get
        {
            lock (_lock)
            {
                return _steps.Count > 0 ? _steps[^1] : 0;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _steps.Clear();
            _columns.Clear();
        }
    }

    /// <summary>Takes a line of metrics.jsonl.</summary>
    /// <returns>False where it is half a line, or has no step.</returns>
    public bool Take(ReadOnlySpan<byte> line)
    {
        try
        {
            JsonElement row = JsonElement.Parse(line);
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty("step", out JsonElement step)
                || step.ValueKind != JsonValueKind.Number || !step.TryGetInt32(out int number) || number < 0)
            {
                return false;
            }

            Add(number, row.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number && !field.NameEquals("step"))
                .Select(field => KeyValuePair.Create(field.Name, field.Value.GetDouble())));
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Adds a step's values; a step that is there already, or lies behind, takes what follows it out, as a resumed run
    /// does.</summary>
    public void Add(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        lock (_lock)
        {
            int keep = _steps.Count;
            while (keep > 0 && _steps[keep - 1] >= step)
            {
                keep--;
            }

            _steps.RemoveRange(keep, _steps.Count - keep);
            foreach (List<double> column in _columns.Values)
            {
                column.RemoveRange(keep, column.Count - keep);
                column.Add(double.NaN);
            }

            _steps.Add(step);
            foreach ((string name, double value) in values)
            {
                if (!_columns.TryGetValue(name, out List<double>? column))
                {
                    if (_columns.Count == MostColumns)
                    {
                        continue;
                    }

                    _columns.Add(name, column = [.. Enumerable.Repeat(double.NaN, _steps.Count)]);
                }

                column[^1] = double.IsFinite(value) ? value : double.NaN;
            }
        }
    }

    /// <summary>The last value of a metric; null where it has none.</summary>
    public double? Last(string name)
    {
        lock (_lock)
        {
            return _columns.TryGetValue(name, out List<double>? column) && column.FindLastIndex(double.IsFinite) is >= 0 and var i ? column[i] : null;
        }
    }

    /// <summary>The curves, thinned to <see cref="MostPoints"/>.</summary>
    /// <returns>Last step of each point; values by metric, NaN for none; steps a point.</returns>
    public (int[] Steps, IReadOnlyList<KeyValuePair<string, double[]>> Columns, int StepsPerPoint) Thinned()
    {
        lock (_lock)
        {
            int stride = Math.Max(1, (_steps.Count + MostPoints - 1) / MostPoints), points = (_steps.Count + stride - 1) / stride;
            int[] steps = new int[points];
            for (int i = 0; i < points; i++)
            {
                steps[i] = _steps[Math.Min((i + 1) * stride, _steps.Count) - 1];
            }

            return (steps, [.. _columns.Select(column => KeyValuePair.Create(column.Key, Means(column.Value, stride, points)))], stride);
        }
    }

    /// <summary>The curves that rollouts alone give.</summary>
    public static Curves Of(TableView view)
    {
        SortedDictionary<int, Sums> steps = [];
        Sums? sums = null;
        for (int i = 0, step = -1; i < view.Count; i++)
        {
            ref readonly RolloutRow row = ref view[i];
            if (view.Dead[row.File])
            {
                continue;
            }

            if (sums is null || row.Step != step)
            {
                step = row.Step;
                if (!steps.TryGetValue(step, out sums))
                {
                    steps.Add(step, sums = new Sums());
                }
            }

            sums.Add(row);
        }

        var curves = new Curves();
        foreach ((int step, Sums of) in steps)
        {
            curves.Add(step, of.Means);
        }

        return curves;
    }

    private static double[] Means(List<double> values, int stride, int points)
    {
        double[] means = new double[points];
        for (int i = 0; i < points; i++)
        {
            double sum = 0;
            int count = 0;
            for (int j = i * stride; j < Math.Min((i + 1) * stride, values.Count); j++)
            {
                (sum, count) = double.IsNaN(values[j]) ? (sum, count) : (sum + values[j], count + 1);
            }

            means[i] = count > 0 ? sum / count : double.NaN;
        }

        return means;
    }

    private sealed class Sums
    {
        private readonly double[] _sums = new double[5];
        private readonly int[] _counts = new int[5];

        public IEnumerable<KeyValuePair<string, double>> Means => ((string[])["reward", "correct", "truncated", "length", "mean_logprob"])
            .Select((name, i) => KeyValuePair.Create(name, _sums[i] / _counts[i])).Where(mean => double.IsFinite(mean.Value));

        public void Add(in RolloutRow row)
        {
            Add(0, row.Reward);
            Add(1, row.Correct < 0 ? double.NaN : row.Correct);
            Add(2, row.Truncated ? 1 : 0);
            Add(3, row.Tokens < 0 ? double.NaN : row.Tokens);
            Add(4, row.MeanLogprob);
        }

        private void Add(int i, double value)
        {
            if (!double.IsNaN(value))
            {
                _sums[i] += value;
                _counts[i]++;
            }
        }
    }
}
