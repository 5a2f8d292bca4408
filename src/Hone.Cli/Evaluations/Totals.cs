using Hone.Selection;
using Hone.Training.Evaluation;

namespace Hone.Cli.Evaluations;

/// <summary>
/// What several data sets come to: the mean of the sets, in which each set counts the same, and that of all prompts, in
/// which each prompt does.
/// </summary>
internal sealed record Totals
{
    public required double MeanOfSets { get; init; }

    public required double OfPrompts { get; init; }

    public required double Low { get; init; }

    public required double High { get; init; }

    public required int Prompts { get; init; }

    public required IReadOnlyDictionary<int, double> PassOfSets { get; init; }

    public required IReadOnlyDictionary<int, double> PassOfPrompts { get; init; }

    public required IReadOnlyDictionary<int, double> MajorityOfSets { get; init; }

    public required IReadOnlyDictionary<int, double> MajorityOfPrompts { get; init; }

    /// <summary>The totals of at least one data set; all have the same number of samples.</summary>
    public static Totals Of(IReadOnlyList<SetResult> results, long seed)
    {
        EvaluationResult[] each = [.. results.Select(item => item.Result)];
        int prompts = each.Sum(result => result.Prompts), samples = each[0].Samples;
        Interval interval = Evaluator.AccuracyInterval([.. each.SelectMany(result => result.Correct)], samples, seed);
        double OverPrompts(Func<EvaluationResult, double> value) => each.Sum(result => value(result) * result.Prompts) / prompts;
        Dictionary<int, double> ByK(Func<int, double> value) => each[0].PassAt.Keys.ToDictionary(k => k, value);
        return new Totals
        {
            MeanOfSets = each.Average(result => result.Accuracy),
            OfPrompts = OverPrompts(result => result.Accuracy),
            Low = interval.Low,
            High = interval.High,
            Prompts = prompts,
            PassOfSets = ByK(k => each.Average(result => result.PassAt[k])),
            PassOfPrompts = ByK(k => OverPrompts(result => result.PassAt[k])),
            MajorityOfSets = ByK(k => each.Average(result => result.MajorityAt[k])),
            MajorityOfPrompts = ByK(k => OverPrompts(result => result.MajorityAt[k])),
        };
    }
}
