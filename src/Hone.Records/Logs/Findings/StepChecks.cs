using System.Globalization;
using System.Text;

namespace Hone.Records.Logs.Findings;

/// <summary>Whether a log's steps are all there, once each, and of one size.</summary>
internal static class StepChecks
{
    // Of logs that write a table a step; with fewer steps, or sizes that vary anyway, nothing follows from one that differs.
    private const int FewestSteps = 5;
    private const double ShareOfOrdinary = 0.7;
    private const int MostRanges = 5;

    /// <summary>What is odd about the steps.</summary>
    /// <param name="steps">Step of each row, in the order of the log; at least one.</param>
    /// <param name="trainedAgain">Steps whose completions are in the log at an earlier step.</param>
    /// <param name="repeated">Steps that were logged more than once.</param>
    internal static IEnumerable<LogFinding> Of(ReadOnlySpan<int> steps, IReadOnlyList<int> trainedAgain, SortedSet<int> repeated)
    {
        var rows = new SortedDictionary<int, int>();
        int last = steps[0] - 1, run = 0;
        foreach (int step in steps)
        {
            if (step == last)
            {
                run++;
                continue;
            }

            Close(last, run);
            (last, run) = (step, 1);
        }

        Close(last, run);
        return Findings(rows, trainedAgain, repeated);

        void Close(int step, int count)
        {
            if (count > 0)
            {
                rows[step] = rows.GetValueOrDefault(step) + count;
            }
        }
    }

    private static IEnumerable<LogFinding> Findings(
        SortedDictionary<int, int> rows, IReadOnlyList<int> trainedAgain, SortedSet<int> repeated)
    {
        int[] steps = [.. rows.Keys.Union(trainedAgain).Order()];
        int[] gaps = [.. steps.Zip(steps.Skip(1), (a, b) => b - a)];
        int pace = gaps.Length == 0 ? 1 : gaps.Min();
        if (pace > 1 && gaps.Length > 1 && gaps.All(gap => gap == pace))
        {
            yield return new LogFinding("sparse_steps", string.Create(CultureInfo.InvariantCulture,
                $"only one step in {pace} is in the log, and windows see no others (with TRL, set logging_steps=1)"));
        }
        else if (gaps.Any(gap => gap > 1))
        {
            var missing = steps.Zip(steps.Skip(1)).Where(pair => pair.Second - pair.First > 1)
                .Select(pair => (From: pair.First + 1, To: pair.Second - 1)).ToArray();
            long count = missing.Sum(gap => (long)gap.To - gap.From + 1);
            yield return new LogFinding("missing_steps", string.Create(CultureInfo.InvariantCulture,
                $"no rows of {count} of the steps between {steps[0]} and {steps[^1]}: {Ranges(missing)}"));
        }

        if (repeated.Count > 0)
        {
            yield return new LogFinding("repeated_steps", string.Create(CultureInfo.InvariantCulture,
                $"steps come again behind others or in a second file, {repeated.Count} in all ({Ranges(Joined(repeated))}): "
                + $"where a resumed run logged them twice, or a file is a copy, the rows of both count"));
        }

        foreach (LogFinding finding in Uneven(rows))
        {
            yield return finding;
        }
    }

    private static IEnumerable<LogFinding> Uneven(SortedDictionary<int, int> rows)
    {
        var sizes = rows.GroupBy(step => step.Value).OrderByDescending(size => size.Count()).ThenBy(size => size.Key).ToArray();
        int ordinary = sizes[0].Count();
        if (rows.Count < FewestSteps || ordinary == rows.Count || ordinary < ShareOfOrdinary * rows.Count)
        {
            yield break;
        }

        KeyValuePair<int, int> first = rows.First(step => step.Value != sizes[0].Key);
        yield return new LogFinding("uneven_steps", string.Create(CultureInfo.InvariantCulture,
            $"{rows.Count - ordinary} of {rows.Count} steps have other than {sizes[0].Key} rows, the first step {first.Key} with "
            + $"{first.Value}: an evaluation logged at the same step, a step logged twice, or one cut short"));
    }

    private static (int From, int To)[] Joined(SortedSet<int> steps)
    {
        List<(int From, int To)> ranges = [];
        foreach (int step in steps)
        {
            if (ranges.Count > 0 && ranges[^1].To == step - 1)
            {
                ranges[^1] = (ranges[^1].From, step);
            }
            else
            {
                ranges.Add((step, step));
            }
        }

        return [.. ranges];
    }

    private static string Ranges((int From, int To)[] ranges)
    {
        var text = new StringBuilder();
        foreach ((int from, int to) in ranges.Take(MostRanges))
        {
            text.Append(text.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"{from}");
            text.Append(to > from ? string.Create(CultureInfo.InvariantCulture, $" to {to}") : "");
        }

        return ranges.Length > MostRanges ? $"{text} and more" : text.ToString();
    }
}
