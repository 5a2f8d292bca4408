using Hone.Engine.Decoding;
using Hone.Engine.Kernels;

namespace Hone.Inference.Tests;

public class LocalModelCompleteTests
{
    private static readonly CompletionRequest[] Requests =
    [
        .. new[] { "a", "What is 2+2?", "The quick brown fox" }.Select(
            (prompt, i) => new CompletionRequest(
                prompt, [.. Enumerable.Range(0, 40).Select(k => RandomNumbers.Seed((ulong)i, (ulong)k))], 20)),
    ];

    [Fact]
    public void Completions_are_those_of_the_decoder_in_order()
    {
        using var model = new TinyModel();
        int finished = 0;
        IReadOnlyList<TextCompletion> completions = model.Text.Complete(
            Requests, new SamplingRule(), _ => finished++, TestContext.Current.CancellationToken);
        Assert.Equal(120, finished);
        Assert.Equal(
            Enumerable.Range(0, 120).Select(i => (i / 40, i % 40)),
            completions.Select(completion => (completion.Request, completion.Sample)));
        foreach (TextCompletion completion in completions)
        {
            CompletionRequest request = Requests[completion.Request];
            Completion alone = model.Decode(request.Prompt, request.Seeds[completion.Sample], 20)[0];
            Assert.Equal(alone.Tokens, completion.Tokens);
            Assert.Equal(alone.LogProbs, completion.LogProbs);
            Assert.Equal(alone.Truncated, completion.Truncated);
            Assert.Equal(model.Tokenizer.DecodeContinuation(completion.Tokens), completion.Text);
        }

        Assert.Contains(completions, completion => completion.Truncated && completion.Tokens.Length == 20);
        Assert.Contains(completions, completion => !completion.Truncated);
    }

    [Fact]
    public void Log_probabilities_are_those_of_scoring_the_same_tokens()
    {
        using var model = new TinyModel();
        IReadOnlyList<TextCompletion> completions = model.Text.Complete(
            Requests, new SamplingRule { Temperature = 0.7, TopP = 0.9 }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(120, completions.Count);
        foreach (TextCompletion completion in completions)
        {
            int[] prompt = model.Tokenizer.Encode(Requests[completion.Request].Prompt);
            Assert.Equal(model.LogProbs([.. prompt, .. completion.Tokens], prompt.Length), completion.LogProbs);
        }
    }

    [Fact]
    public void Rows_beyond_the_tokenizer_are_never_drawn()
    {
        using var model = new TinyModel(vocabulary: 400);
        IReadOnlyList<TextCompletion> completions = model.Text.Complete(
            Requests, new SamplingRule(), cancel: TestContext.Current.CancellationToken);
        Assert.All(completions.SelectMany(completion => completion.Tokens), token => Assert.InRange(token, 0, 256));
    }

    [Fact]
    public void Context_limits_the_length()
    {
        using var model = new TinyModel();
        string prompt = new('x', TinyModel.Context - 3);
        CompletionRequest request = new(prompt, [.. Enumerable.Range(0, 9).Select(k => (ulong)k)], 50);
        IReadOnlyList<TextCompletion> completions = model.Text.Complete(
            [request], new SamplingRule(), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(3, completions.Max(completion => completion.Tokens.Length));
        Assert.All(
            completions,
            completion => Assert.Equal(completion.Tokens[^1] is not (TinyModel.EndToken or 7 or 9), completion.Truncated));
    }

    [Fact]
    public void Prompt_that_leaves_no_room_is_refused()
    {
        using var model = new TinyModel();
        string full = new('x', TinyModel.Context);
        Assert.False(model.Text.Fits(full));
        Assert.True(model.Text.Fits(full[1..]));
        Assert.Equal(TinyModel.Context, model.Text.ContextTokens);
        foreach ((string prompt, string said) in new[] { (full, "64 tokens"), ("", "empty") })
        {
            var error = Assert.Throws<InvalidDataException>(() => model.Text.Complete(
                [Requests[0], new CompletionRequest(prompt, [1], 5)], new SamplingRule(), cancel: TestContext.Current.CancellationToken));
            Assert.Contains("prompt 1 ", error.Message, StringComparison.Ordinal);
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
            Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        }
    }
}
