using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Inference;
using Hone.Records.DataSets;
using Hone.Selection;
using Hone.Training.Rewards;

namespace Hone.Training.Evaluation;

/// <summary>How a model is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Completions per prompt, K.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Most tokens of a completion.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>How tokens are drawn.</summary>
    public SamplingRule Sampling { get; init; } = new() { Temperature = 0 };

    /// <summary>Seed of the completions and of the bootstrap.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>What an evaluation found.</summary>
/// <param name="Accuracy">Mean share of right completions per prompt.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="Samples">K.</param>
/// <param name="PassAt">Unbiased pass@k by k: powers of two up to K, and K.</param>
/// <param name="MajorityAt">Accuracy of the most frequent answer among the first k.</param>
/// <param name="FormatFailures">Completions in which no answer was found.</param>
/// <param name="Truncated">Completions that the length limit ended.</param>
/// <param name="Correct">(prompts) right completions of each.</param>
public sealed record EvaluationResult(
    double Accuracy, double Low, double High, int Samples, IReadOnlyDictionary<int, double> PassAt,
    IReadOnlyDictionary<int, double> MajorityAt, int FormatFailures, int Truncated, IReadOnlyList<int> Correct)
{
    /// <summary>Number of prompts.</summary>
    public int Prompts => Correct.Count;

    /// <summary>(K + 1) prompts with 0, 1, ... K right completions.</summary>
    public int[] Histogram => [.. Enumerable.Range(0, Samples + 1).Select(right => Correct.Count(count => count == right))];
}

/// <summary>Accuracy, pass@k and maj@k of a model on prompts with gold answers.</summary>
public static class Evaluator
{
    /// <summary>Samples K completions of each prompt and judges them by numeric equality, or as text where gold is none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Prompts; every one has an answer.</param>
    /// <param name="options">Samples, limits, seed.</param>
    /// <param name="finished">Told how many completions are done.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static EvaluationResult Evaluate(
        ITextModel model, IReadOnlyList<DataRow> rows, EvaluationOptions options, Action<int>? finished = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        int K = options.Samples;
        CompletionRequest[] requests = [.. rows.Select(row => new CompletionRequest(
            row.Prompt, [.. Enumerable.Range(0, K).Select(sample => Seed(options.Seed, row.Id, sample))], options.MaxTokens))];
        IReadOnlyList<TextCompletion> completions = model.Complete(requests, options.Sampling, finished, cancel);
        Judged[] judged = [.. completions.Select(completion => Judge(rows[completion.Request], completion))];
        Judged[][] groups = [.. judged.Chunk(K).Select(WithOneSpelling)];
        int[] correct = [.. groups.Select(group => group.Count(item => item.Correct))];
        int[] ks = [.. Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(k => k < K), K];
        double[] means = [.. correct.Select(count => (double)count / K)];
        Interval interval = K == 1
            ? WilsonInterval.Of(correct.Sum(), correct.Length)
            : Bootstrap.MeanInterval(means, (ulong)options.Seed);
        return new EvaluationResult(
            means.Average(), interval.Low, interval.High, K,
            ks.ToDictionary(k => k, k => correct.Average(count => PassAtK.Estimate(K, count, k))),
            ks.ToDictionary(k => k, k => groups.Average(group => Majority(group, k))),
            judged.Count(item => item.Answer is null), completions.Count(completion => completion.Truncated), correct);
    }

    /// <summary>The random stream of a prompt's sample; the same for every model, so that comparisons are paired.</summary>
    public static ulong Seed(long seed, string promptId, int sample) =>
        RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(promptId), (ulong)sample, 0xE7A1);

    private static Judged Judge(DataRow row, TextCompletion completion)
    {
        string? answer = AnswerExtraction.Find(completion.Text, row.Prompt).Text;
        return new Judged(answer, Same(row.Answer, answer));
    }

    private static bool Same(string? one, string? other) => NumericEquality.Equal(one, other) || ExactText.Equal(one, other);

    private static double Majority(Judged[] group, int k) => MajorityVote.Of(
        [.. group.Select(item => item.Answer)], [.. group.Select(item => item.Correct)], k).Correct ? 1.0 : 0.0;

    // The vote compares texts, so an answer is written as its equal that was seen first: 2.0 votes with 2.
    private static Judged[] WithOneSpelling(Judged[] group)
    {
        var seen = new List<string>();
        return [.. group.Select(item =>
        {
            string? first = seen.Find(other => other == item.Answer || Same(other, item.Answer));
            if (first is null && item.Answer is not null)
            {
                seen.Add(item.Answer);
            }

            return item with { Answer = first ?? item.Answer };
        })];
    }

    private sealed record Judged(string? Answer, bool Correct);
}
