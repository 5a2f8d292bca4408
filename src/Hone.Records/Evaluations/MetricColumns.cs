namespace Hone.Records.Evaluations;

/// <summary>Which of the numbers of a file is the held-out metric.</summary>
/// <remarks>
/// In this order: <c>accuracy</c>, our own, the mean over data sets; <c>value</c>; of a trainer_state.json the metric whose best value the
/// trainer kept, else <c>eval_accuracy</c>, <c>eval_reward</c>, and the first other <c>eval_</c> metric in whose name is accuracy, pass, score or
/// reward; of verl's file log the mean over data sources of <c>val-core/.../mean@N</c>, or of <c>val/test_score/</c> of older versions. A loss
/// is never used: that of GRPO does not say how good a policy is.
/// </remarks>
internal static class MetricColumns
{
    private static readonly string[] Telling = ["accuracy", "pass", "score", "reward"];
    private static readonly string[] NotTelling = ["loss", "std", "runtime", "per_second", "zero_std"];

    /// <summary>The metric's name and values; no values where there is none.</summary>
    public static (string Name, SortedDictionary<int, double> Values) Choose(StepRows rows)
    {
        foreach ((string name, Func<string, bool> isColumn) in Columns(rows))
        {
            SortedDictionary<int, double> values = Mean(rows, isColumn);
            if (values.Count > 0)
            {
                return (name, values);
            }
        }

        return ("", []);
    }

    private static IEnumerable<(string Name, Func<string, bool> IsColumn)> Columns(StepRows rows)
    {
        yield return ("accuracy", key => key == "accuracy" || key.StartsWith("accuracy of ", StringComparison.Ordinal));
        yield return ("value", key => key == "value");
        foreach (string name in EvalNames(rows))
        {
            yield return (name, key => key == name);
        }

        yield return ("val-core mean", key => key.StartsWith("val-core/", StringComparison.Ordinal) && key.Contains("/mean@"));
        yield return ("val/test_score", key => key.StartsWith("val/test_score/", StringComparison.Ordinal));
    }

    private static IEnumerable<string> EvalNames(StepRows rows)
    {
        string[] names =
        [
            .. rows.Steps.Values.SelectMany(values => values.Keys).Where(IsEval).Distinct().Order(StringComparer.Ordinal),
        ];
        string? watched = rows.Best is { } best && rows.Steps.TryGetValue(best.Step, out Dictionary<string, double>? at)
            ? names.FirstOrDefault(name => at.TryGetValue(name, out double value) && value == best.Value) : null;
        return
        [
            .. names.Where(name => name == watched),
            .. names.Where(name => name == "eval_accuracy"),
            .. names.Where(name => name == "eval_reward"),
            .. names.Where(name => Telling.Any(name.Contains)),
        ];

        static bool IsEval(string name) =>
            name.StartsWith("eval_", StringComparison.Ordinal) && !NotTelling.Any(name.Contains);
    }

    // The mean over the columns that all steps with any of them have; a data set that is evaluated less often would
    // make steps incomparable.
    private static SortedDictionary<int, double> Mean(StepRows rows, Func<string, bool> isColumn)
    {
        (int Step, Dictionary<string, double> Values)[] having =
        [
            .. rows.Steps.Where(step => step.Value.Keys.Any(isColumn)).Select(step => (step.Key, step.Value)),
        ];
        string[] common = having.Length == 0 ? [] :
        [
            .. having[0].Values.Keys.Where(isColumn).Where(key => having.All(step => step.Values.ContainsKey(key))),
        ];
        return common.Length == 0 ? [] : new SortedDictionary<int, double>(
            having.ToDictionary(step => step.Step, step => common.Average(key => step.Values[key])));
    }
}
