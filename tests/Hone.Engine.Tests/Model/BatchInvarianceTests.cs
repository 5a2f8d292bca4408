using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>
/// What was sampled, token by token and in whatever batch, is what a training pass computes: the same bits, so that the
/// first policy ratio is exactly 1.
/// </summary>
public class BatchInvarianceTests
{
    private const int EndToken = 3;

    private static readonly int[] PromptLengths = [1, 7, 15, 16, 17, 33];

    public static TheoryData<string, KernelPath> ShapesAndPaths =>
        new MatrixTheoryData<string, KernelPath>(TinyModels.Names, Enum.GetValues<KernelPath>());

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Sampled_log_probabilities_are_those_of_training(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyModels.Make(shape, kernels);
        CompareWithTraining(model, $"{shape}, {path}");
    }

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Sampled_log_probabilities_are_those_of_training_with_adapters_too(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyAdapters.Make(shape, kernels);
        CompareWithTraining(model, $"{shape}, {path}, adapters");
    }

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Completions_are_the_same_for_every_batch_and_thread_count(string shape, KernelPath path)
    {
        SamplingRule[] rules = [new SamplingRule(), new SamplingRule { Temperature = 0.7, TopK = 9, TopP = 0.95 }];
        foreach (SamplingRule rule in rules)
        {
            IReadOnlyList<Completion>? expected = null;
            foreach ((int rows, int threads) in (ReadOnlySpan<(int, int)>)[(64, 1), (64, 2), (7, 2), (1, 1)])
            {
                using KernelSet kernels = Paths.Open(path, threads);
                using Transformer model = TinyModels.Make(shape, kernels);
                IReadOnlyList<Completion> actual = Generate(model, rule, rows);
                CompareCompletions(expected ??= actual, actual, $"{shape}, {path}, {rows} rows, {threads} threads");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ShapesAndPaths))]
    public void Greedy_completion_is_the_argmax_of_the_training_pass(string shape, KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        using Transformer model = TinyModels.Make(shape, kernels);
        int[] prompt = Requests(model)[3].Prompt;
        using var decoder = new Decoder(model);
        Completion greedy = decoder.Generate(
            [new GenerationRequest(prompt, [0], 20)], new SamplingRule { Temperature = 0 }, [],
            cancel: TestContext.Current.CancellationToken)[0];
        Assert.True(greedy.Truncated);
        TrainingBatch batch = TrainingBatch.Repeated([(prompt, [greedy.Tokens])]);
        int V = model.Config.VocabularySize;
        int[] rows = [.. batch.Rows.SelectMany(row => Enumerable.Repeat(row, V))];
        float[] all = LogProbs(model, batch, rows, [.. rows.Select((_, i) => i % V)]).LogProbs;
        int[] best = [.. all.Chunk(V).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.Equal(best, greedy.Tokens);
    }

    private static GenerationRequest[] Requests(Transformer model) =>
    [
        .. PromptLengths.Select((length, i) => new GenerationRequest(
            Values.Tokens(i, length, model.Config.VocabularySize),
            [.. Enumerable.Range(0, 4).Select(sample => RandomNumbers.Seed(9, (ulong)i, (ulong)sample))], 18 + i)),
    ];

    private static IReadOnlyList<Completion> Generate(Transformer model, SamplingRule rule, int rows)
    {
        using var decoder = new Decoder(model, rows);
        return decoder.Generate(Requests(model), rule, [EndToken], cancel: TestContext.Current.CancellationToken);
    }

    private static void CompareWithTraining(Transformer model, string where)
    {
        IReadOnlyList<Completion> completions = Generate(model, new SamplingRule(), rows: 64);
        (int[] Prompt, int[][] Completions)[] groups =
        [
            .. completions.GroupBy(completion => completion.Request).Select(group =>
                (Requests(model)[group.Key].Prompt, group.Select(completion => completion.Tokens).ToArray())),
        ];
        CompareWithTraining(model, completions, TrainingBatch.Shared(groups), where + ", shared prompts");
        CompareWithTraining(model, completions, TrainingBatch.Repeated(groups), where + ", repeated prompts");
    }

    private static void CompareWithTraining(
        Transformer model, IReadOnlyList<Completion> completions, TrainingBatch batch, string where)
    {
        (float[] logProbs, float[] entropies) = LogProbs(model, batch, batch.Rows, batch.Targets);
        float[] sampled = [.. completions.SelectMany(completion => completion.LogProbs)];
        Near.Exact("logProbs (n)", [sampled.Length], logProbs, sampled, where);
        Near.Exact("entropies (n)", [sampled.Length], entropies, [.. completions.SelectMany(c => c.Entropies)], where);
    }

    private static (float[] LogProbs, float[] Entropies) LogProbs(
        Transformer model, TrainingBatch batch, int[] rows, int[] targets)
    {
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        model.Forward(batch.Tokens, batch.Layout, activations);
        float[] logProbs = new float[rows.Length], entropies = new float[rows.Length];
        model.LogProbs(activations, rows, targets, logProbs, entropies);
        return (logProbs, entropies);
    }

    private static void CompareCompletions(IReadOnlyList<Completion> expected, IReadOnlyList<Completion> actual, string where)
    {
        Assert.Equal(4 * PromptLengths.Length, expected.Count);
        Assert.Contains(expected, completion => completion.Truncated);
        Assert.Contains(expected, completion => !completion.Truncated && completion.Tokens[^1] == EndToken);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal((expected[i].Request, expected[i].Sample), (actual[i].Request, actual[i].Sample));
            Assert.Equal(expected[i].Tokens, actual[i].Tokens);
            Assert.Equal(expected[i].Truncated, actual[i].Truncated);
            Near.Exact("logProbs", [expected[i].Tokens.Length], expected[i].LogProbs, actual[i].LogProbs, where);
            Near.Exact("entropies", [expected[i].Tokens.Length], expected[i].Entropies, actual[i].Entropies, where);
            Assert.True(expected[i].SelfCertainty > 0 && expected[i].SelfCertainty.Equals(actual[i].SelfCertainty), where);
        }
    }
}
