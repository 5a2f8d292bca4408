using System.Text.RegularExpressions;

namespace Hone.Records.Evaluations;

/// <summary>Which of the numbers of a file is the held-out metric.</summary>
/// <remarks>
/// In this order: <c>accuracy</c>, our own; <c>value</c>; of a trainer_state.json the metric whose best value the trainer kept, else
/// <c>eval_accuracy</c>, <c>eval_reward</c>, and the first other <c>eval_</c> metric in whose name is accuracy, pass, score or reward; of verl's
/// file log <c>val-core/.../mean@N</c>, or <c>val/test_score/</c> of older versions. Of several data sets it is the mean. A metric that is
/// better when lower is never used: its name says so, or the trainer kept the least value as the best.
/// </remarks>
internal static partial class MetricColumns
{
    private const string Validation = "val-core/";
    private const string TestScore = "val/test_score/";
    private const int SetsNamed = 5;

    private static readonly string[] Telling = ["accuracy", "pass", "score", "reward"];

    // Spread and speed: neither is a quality.
    private static readonly HashSet<string> NotTelling = ["std", "runtime", "second"];

    // A loss of GRPO does not even say how good a policy is.
    private static readonly HashSet<string> LowerIsBetter =
    [
        "loss", "losses", "perplexity", "ppl", "nll", "anll", "kl", "kld", "divergence", "bpb", "bpc", "brier", "ece",
        "wer", "cer", "ter", "mer", "err", "errs", "error", "errors", "mse", "rmse", "mae", "mape",
        "fail", "fails", "failed", "failure", "failures", "wrong", "incorrect", "hallucination", "hallucinations", "toxicity", "regret",
    ];

    /// <summary>The metric's name and values; without values, what the file has instead, or null for nothing of the kind.</summary>
    public static (string Name, SortedDictionary<int, double> Values, string? Instead) Choose(StepRows rows)
    {
        string[] names = [.. rows.Steps.Values.SelectMany(values => values.Keys).Distinct().Order(StringComparer.Ordinal)];
        string? instead = null;
        foreach ((string name, Func<string, bool> isColumn) in Columns(rows, names))
        {
            string[] columns = [.. names.Where(isColumn)];
            SortedDictionary<int, double> values = Mean(rows, columns);
            if (values.Count > 0)
            {
                return (name, values, null);
            }

            instead ??= columns.Length == 0 ? null : Apart(rows, name, columns);
        }

        string[] lower = [.. names.Where(name => IsHeldOut(name) && IsBetterLower(name, rows))];
        return ("", [], instead ?? (lower.Length == 0 ? null
            : $"has no held-out value that is better when higher; {RecordError.List(lower)} {(lower.Length == 1 ? "is" : "are")} better when "
                + "lower, and not used"));
    }

    private static IEnumerable<(string Name, Func<string, bool> IsColumn)> Columns(StepRows rows, string[] names)
    {
        foreach (string own in (string[])["accuracy", "value"])
        {
            yield return (own, name => name == own || name.StartsWith($"{own} of ", StringComparison.Ordinal));
        }

        foreach (string eval in EvalNames(rows, names))
        {
            yield return (eval, name => name == eval);
        }

        yield return ("val-core mean", name => name.StartsWith(Validation, StringComparison.Ordinal) && name.Contains("/mean@")
            && !IsBetterLower(name, rows));
        yield return ("val/test_score", name => name.StartsWith(TestScore, StringComparison.Ordinal));
    }

    private static IEnumerable<string> EvalNames(StepRows rows, string[] names)
    {
        string[] usable =
        [
            .. names.Where(name => name.StartsWith("eval_", StringComparison.Ordinal) && !Parts(name).Any(NotTelling.Contains)
                && !IsBetterLower(name, rows)),
        ];
        return
        [
            .. usable.Where(name => IsWatched(name, rows)),
            .. usable.Where(name => name == "eval_accuracy"),
            .. usable.Where(name => name == "eval_reward"),
            .. usable.Where(name => Telling.Any(name.Contains)),
        ];
    }

    private static bool IsHeldOut(string name) =>
        name.StartsWith("eval_", StringComparison.Ordinal) || name.StartsWith(Validation, StringComparison.Ordinal);

    private static bool IsBetterLower(string name, StepRows rows)
    {
        // val-core/SOURCE/VARIABLE/mean@N: a source may be called anything.
        string[] places = name.Split('/');
        string said = name.StartsWith(Validation, StringComparison.Ordinal) && places.Length > 2 ? places[^2] : name;
        return Parts(said).Any(LowerIsBetter.Contains) || (IsWatched(name, rows) && !Parts(name).Any(Telling.Contains) && IsLeast(name, rows));
    }

    private static bool IsWatched(string name, StepRows rows) => rows.Best is { } best
        && rows.Steps.TryGetValue(best.Step, out Dictionary<string, double>? at) && at.TryGetValue(name, out double value) && value == best.Value;

    // The trainer does not say which way is better, but the value that it kept does.
    private static bool IsLeast(string name, StepRows rows)
    {
        double[] values = [.. rows.Steps.Values.Where(step => step.ContainsKey(name)).Select(step => step[name])];
        return rows.Best!.Value.Value == values.Min() && values.Max() > values.Min();
    }

    // The mean over the columns that all steps with any of them have; a data set that is evaluated less often would
    // make steps incomparable.
    private static SortedDictionary<int, double> Mean(StepRows rows, string[] columns)
    {
        (int Step, Dictionary<string, double> Values)[] having =
        [
            .. rows.Steps.Where(step => columns.Any(step.Value.ContainsKey)).Select(step => (step.Key, step.Value)),
        ];
        string[] common = [.. columns.Where(column => having.All(step => step.Values.ContainsKey(column)))];
        return common.Length == 0 ? [] : new SortedDictionary<int, double>(
            having.ToDictionary(step => step.Step, step => common.Average(column => step.Values[column])));
    }

    private static string Apart(StepRows rows, string name, string[] columns)
    {
        IEnumerable<string> sets = columns.Take(SetsNamed).Select(column =>
        {
            int[] steps = [.. rows.Steps.Where(step => step.Value.ContainsKey(column)).Select(step => step.Key)];
            return $"{RecordError.List([column])} at {string.Join(", ", steps.Take(SetsNamed))}{(steps.Length > SetsNamed ? ", ..." : "")}";
        });
        return $"has data sets that were evaluated at different steps, and none at all of them ({string.Join("; ", sets)}"
            + $"{(columns.Length > SetsNamed ? $"; and {columns.Length - SetsNamed} more" : "")}), so that their mean of {name} compares no steps";
    }

    private static IEnumerable<string> Parts(string name) =>
        NameParts().Split(name).Select(part => part.ToLowerInvariant());

    // Underscores, slashes and the like part words; so does a capital after a small letter or a digit.
    [GeneratedRegex("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex NameParts();
}
