using Hone.Engine.Decoding;
using Hone.Inference;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Selection;
using Hone.Training.Rewards;

namespace Hone.Training.Evaluation;

/// <summary>Accuracy, pass@k and maj@k of a model on prompts with gold answers.</summary>
public static class Evaluator
{
    /// <summary>Samples K completions of each prompt, judges them, and sums up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Prompts; every one has an answer, and fits the model.</param>
    /// <param name="options">Samples, limits, reward, seed.</param>
    /// <param name="judged">Told of each completion as soon as it is there.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static EvaluationResult Evaluate(
        ITextModel model, IReadOnlyList<DataRow> rows, EvaluationOptions options, Action<SampleLine>? judged = null,
        CancellationToken cancel = default) =>
        Summarize(rows, Sample(model, rows, options, [], judged, cancel), options);

    /// <summary>
    /// Samples the completions that are still missing and judges them. What a completion becomes depends on its prompt and
    /// seed alone, so the answer is the same whichever of them were made before.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Prompts; every one has an answer, and fits the model.</param>
    /// <param name="options">Samples, limits, reward, seed.</param>
    /// <param name="known">Samples of these prompts that were made before with the same model and options.</param>
    /// <param name="judged">Told of each new completion as soon as it is there, in whatever order they end.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>(prompts * K) all samples in the order of rows, then samples.</returns>
    public static IReadOnlyList<SampleLine> Sample(
        ITextModel model, IReadOnlyList<DataRow> rows, EvaluationOptions options, IEnumerable<SampleLine> known,
        Action<SampleLine>? judged = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Dictionary<(string, int), SampleLine> lines = known.ToDictionary(line => (line.Id, line.Sample));
        List<CompletionRequest> requests = [];
        List<(DataRow Row, int[] Samples)> missing = [];
        foreach (DataRow row in rows)
        {
            int[] samples = [.. Enumerable.Range(0, options.Samples).Where(sample => !lines.ContainsKey((row.Id, sample)))];
            if (samples.Length > 0)
            {
                missing.Add((row, samples));
                requests.Add(new CompletionRequest(
                    options.PromptText(row), [.. samples.Select(sample => Seed(options.Seed, row.Id, sample))], options.MaxTokens));
            }
        }

        if (requests.Count > 0)
        {
            model.Complete(requests, options.Sampling, completion =>
            {
                (DataRow row, int[] samples) = missing[completion.Request];
                SampleLine line = Judge(row, samples[completion.Sample], completion, options);
                lines.Add((line.Id, line.Sample), line);
                judged?.Invoke(line);
            }, cancel);
        }

        return [.. rows.SelectMany(row => Enumerable.Range(0, options.Samples).Select(sample => lines[(row.Id, sample)]))];
    }

    /// <summary>Accuracy, pass@k and maj@k of samples that were made.</summary>
    /// <remarks>
    /// The vote of the first k samples: two answers are one where the reward, given the one as gold, calls the completion of
    /// the other right; completions without an answer abstain; of answers with as many votes the one seen first wins.
    /// </remarks>
    /// <param name="rows">The prompts, at least one.</param>
    /// <param name="samples">(prompts * K) in the order of rows, then samples.</param>
    /// <param name="options">K, the reward, and the seed of the bootstrap.</param>
    public static EvaluationResult Summarize(
        IReadOnlyList<DataRow> rows, IReadOnlyList<SampleLine> samples, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int K = options.Samples;
        SampleLine[][] groups = [.. samples.Chunk(K)];
        string?[][] votes = [.. groups.Select((group, i) => Votes(options.PromptText(rows[i]), group, options.Reward))];
        bool[][] right = [.. groups.Select(group => group.Select(line => line.Correct).ToArray())];
        int[] correct = [.. right.Select(group => group.Count(answer => answer))];
        int[] ks = [.. Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(k => k < K), K];
        double[] means = [.. correct.Select(count => (double)count / K)];
        Interval interval = AccuracyInterval(correct, K, options.Seed);
        return new EvaluationResult(
            means.Average(), interval.Low, interval.High, K,
            ks.ToDictionary(k => k, k => correct.Average(count => PassAtK.Estimate(K, count, k))),
            ks.ToDictionary(k => k, k => votes.Zip(right).Average(
                group => MajorityVote.Of(group.First, group.Second, k).Correct ? 1.0 : 0.0)),
            samples.Average(line => line.Tokens),
            samples.Count(line => !line.FormatOk && !line.Truncated), samples.Count(line => line.Truncated), correct);
    }

    /// <summary>The 95 % interval of an accuracy: Wilson's for one sample a prompt, else from resampled prompts.</summary>
    /// <param name="correct">(prompts) right completions of each.</param>
    /// <param name="samples">K.</param>
    /// <param name="seed">Seed of the resampling.</param>
    public static Interval AccuracyInterval(IReadOnlyCollection<int> correct, int samples, long seed) => samples == 1
        ? WilsonInterval.Of(correct.Sum(), correct.Count)
        : Bootstrap.MeanInterval([.. correct.Select(count => (double)count / samples)], (ulong)seed);

    /// <summary>The random stream of a prompt's sample; the same for every model, so that comparisons are paired.</summary>
    public static ulong Seed(long seed, string promptId, int sample) =>
        RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(promptId), (ulong)sample, 0xE7A1);

    private static SampleLine Judge(DataRow row, int sample, TextCompletion completion, EvaluationOptions options)
    {
        var input = new RewardInput(options.PromptText(row), completion.Text, row.Answer, completion.Truncated);
        string? answer = options.Reward.Extract(input).Text;
        double reward = options.Reward.Score(input);
        return new SampleLine(
            row.Id, sample, completion.Text, answer, reward, reward == 1.0, answer is not null, completion.Truncated,
            completion.Tokens.Length);
    }

    // The vote compares texts, so each answer is written as its equal that was seen first: 2.0 votes with 2.
    private static string?[] Votes(string prompt, SampleLine[] group, IAnswerReward reward)
    {
        List<string> seen = [];
        return [.. group.Select(line =>
        {
            if (line.Answer is not { } answer)
            {
                return null;
            }

            string? first = seen.Find(other => other == answer
                || reward.Score(new RewardInput(prompt, line.Completion, other, line.Truncated)) == 1.0);
            if (first is null)
            {
                seen.Add(answer);
            }

            return first ?? answer;
        })];
    }
}
