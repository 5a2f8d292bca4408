namespace Hone.Training.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Accuracy">Mean share of right completions per prompt.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="Samples">K.</param>
/// <param name="PassAt">Unbiased pass@k by k: powers of two up to K, and K.</param>
/// <param name="MajorityAt">Accuracy of the most frequent answer among the first k.</param>
/// <param name="MeanLength">Mean length of a completion in tokens, a sampled end token included.</param>
/// <param name="FormatFailures">Completions that ended by themselves and in which no answer was found.</param>
/// <param name="Truncated">Completions that a limit ended, with an answer or without.</param>
/// <param name="Correct">(prompts) right completions of each.</param>
public sealed record EvaluationResult(
    double Accuracy, double Low, double High, int Samples, IReadOnlyDictionary<int, double> PassAt,
    IReadOnlyDictionary<int, double> MajorityAt, double MeanLength, int FormatFailures, int Truncated,
    IReadOnlyList<int> Correct)
{
    /// <summary>Number of prompts.</summary>
    public int Prompts => Correct.Count;

    /// <summary>(K + 1) prompts with 0, 1, ... K right completions.</summary>
    public int[] Histogram => [.. Enumerable.Range(0, Samples + 1).Select(right => Correct.Count(count => count == right))];
}
