using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>The log-probabilities recorded while sampling are those of the training pass: the same bits.</summary>
public class SampledLogProbsTests
{
    private static readonly SamplingRule[] Rules =
        [new SamplingRule(), new SamplingRule { Temperature = 1.3, TopK = 200, TopP = 0.97, MinP = 0.001 }];

    public static TheoryData<int, int, bool> Batches =>
        new MatrixTheoryData<int, int, bool>([1, 7, 64], [1, 2], [true, false]);

    [Theory]
    [MemberData(nameof(Batches))]
    public void Sampled_log_probabilities_are_those_of_the_training_pass(int rows, int threads, bool sharedPrefix)
    {
        using Kernels kernels = Kernels.OnCpu(threads), other = Kernels.OnCpu(3 - threads);
        using Transformer model = TinyPolicy.Make(kernels), trained = TinyPolicy.Copy(model, other);
        foreach (SamplingRule rule in Rules)
        {
            IReadOnlyList<Completion> completions = Sample(model, rule, rows);
            Assert.Contains(completions, completion => completion.Tokens.Length == 1);
            Assert.Contains(completions, completion => completion.Truncated);
            TokenGroup[] groups =
                [.. completions.GroupBy(completion => completion.Request).SelectMany(group => Groups(group, sharedPrefix))];
            float[] sampled = [.. completions.SelectMany(completion => completion.LogProbs)];
            string where = $"{rows} rows, {threads} threads, shared {sharedPrefix}, {rule}";
            Near.Exact(where, sampled, Passes.LogProbs(model, groups));
            Near.Exact(where + ", one group a pass, other threads", sampled, Passes.LogProbs(trained, groups, maxRows: 1));
        }
    }

    private static IEnumerable<TokenGroup> Groups(IGrouping<int, Completion> group, bool sharedPrefix)
    {
        int[] prompt = TrainerCase.Prompts[group.Key].Tokens;
        int[][] completions = [.. group.Select(completion => completion.Tokens)];
        return sharedPrefix
            ? [new TokenGroup(prompt, completions)]
            : completions.Select(completion => new TokenGroup(prompt, [completion]));
    }

    // 96 completions, so that 64 rows are full and places are taken again.
    private static IReadOnlyList<Completion> Sample(Transformer model, SamplingRule rule, int rows)
    {
        GenerationRequest[] requests =
        [
            .. TrainerCase.Prompts.Select((prompt, i) => new GenerationRequest(
                prompt.Tokens, [.. Enumerable.Range(0, 12).Select(sample => RandomNumbers.Seed(4, (ulong)i, (ulong)sample))], 20)),
        ];
        using var decoder = new Decoder(model, rows);
        return decoder.Generate(requests, rule, [.. Enumerable.Range(0, 16)], cancel: TestContext.Current.CancellationToken);
    }
}
