using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Decoding;

/// <summary>Places of the batch do not stand idle while completions wait, and a prompt is computed once for its group.</summary>
public class ContinuousBatchingTests
{
    private const string Shape = "llama";

    [Fact]
    public void Place_of_a_finished_completion_is_taken_in_the_next_step()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make(Shape, kernels);
        using var decoder = new Decoder(model, rows: 2);

        // Beside one completion of 10 tokens, five of 3 follow each other in the second place. A step draws one token for
        // each completion, and a first one for those that start in it: they take 9 steps and 2. In batches of two that wait
        // for their longest, it would be 9 + 2 + 2 steps.
        GenerationRequest[] requests =
            [.. new[] { 10, 3, 3, 3, 3, 3 }.Select((tokens, i) => new GenerationRequest([1, 2], [(ulong)i], tokens))];
        var finished = new List<int>();
        decoder.Generate(requests, new SamplingRule(), [], finished.Add, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 1, 2, 2, 3, 3, 4, 5, 6], finished);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void Prompts_are_prefilled_once_and_no_place_stands_idle(int rows)
    {
        const int Groups = 5, GroupSize = 4;
        TransformerConfig config = TinyModels.Config(Shape);
        GenerationRequest[] requests = [.. Enumerable.Range(0, Groups).Select(
            i => new GenerationRequest([1, 2], [.. Enumerable.Range(0, GroupSize).Select(seed => (ulong)seed)], MaxTokens: 9))];
        using var batch = new DecodingBatch(
            config, new HeadShape(config.Heads, config.KeyValueHeads, config.HeadSize), requests, rows, new DrawnTokens());
        List<int> prefilled = [];
        var prompts = new List<PromptSlot>();
        var admitted = new List<CompletionSlot>();
        for (int done = 0; batch.HasWork; done++)
        {
            batch.Admit();
            while (batch.TakePromptsToPrefill(4, prompts))
            {
                Assert.InRange(prompts.Count, 1, 2);
                prefilled.AddRange(prompts.Select(prompt => prompt.Request));
            }

            batch.TakeAdmitted(admitted);
            Assert.Equal(Math.Min(rows, (Groups * GroupSize) - done), batch.Active.Count);
            Assert.Distinct(batch.Active.Select(slot => slot.Place));
            Assert.Distinct(batch.Active.Select(slot => slot.Slot).Concat(batch.Active.Select(slot => slot.Prompt.Slot).Distinct()));

            // One at a time ends, now from the middle and now from the front.
            batch.Add(batch.Active[done % 3 * batch.Active.Count / 3], done, -1, 0, 0, ends: true);
        }

        Assert.Equal(Enumerable.Range(0, Groups), prefilled);
        Assert.Equal(Enumerable.Range(0, Groups * GroupSize), batch.Completions.SelectMany(completion => completion.Tokens).Order());
    }
}
