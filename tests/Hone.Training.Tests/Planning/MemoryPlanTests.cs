using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Planning;
using Hone.Training.Supervised;

namespace Hone.Training.Tests.Planning;

/// <summary>Plans counted by hand: hidden 16, feed-forward 32, 2 layers, 2 heads of 8, one key/value head, 48 ids, tied.</summary>
public class MemoryPlanTests
{
    // Embedding; a layer: two norms, (16 + 2*8) x 16, 16 x 16, 64 x 16, 16 x 32; last norm. All whole cache lines.
    private const long Values = (48 * 16) + (2 * (16 + (32 * 16) + (16 * 16) + 16 + (64 * 16) + (16 * 32))) + 16;

    // The matrices again; no size needs padding.
    private const long Packed = (48 * 16) + (2 * ((32 * 16) + (16 * 16) + (64 * 16) + (16 * 32)));

    // Norms.
    private const long Vectors = 5 * 16;

    private static readonly TransformerConfig Config = new()
    {
        Architecture = Architecture.Llama, VocabularySize = 48, HiddenSize = 16, IntermediateSize = 32, Layers = 2, Heads = 2,
        KeyValueHeads = 1, HeadSize = 8, MaxPositions = 128, TiedEmbeddings = true,
    };

    private static readonly GrpoOptions Options = new()
    {
        PromptsPerStep = 3, GroupSize = 4, MaxCompletionTokens = 21, MicroBatchTokens = 100, DecodingRows = 8,
        Loss = new PolicyLossOptions { KlCoefficient = 0.1 },
    };

    [Fact]
    public void Every_part_of_a_grpo_run_is_counted()
    {
        MemoryPlan plan = MemoryPlan.For(MemoryNeeds.Of(Config, Options, longestPrompt: 17, threads: 2), ActivationMode.Keep);
        Assert.Equal(
            [
                "parameters", "packed weights", "gradients", "optimizer", "reference model", "activations", "key/value cache",
                "logits and scratch",
            ],
            plan.Parts.Select(part => part.Name));
        Assert.Equal(4 * Values, plan["parameters"]);
        Assert.Equal(4 * 2 * Packed, plan["packed weights"]);
        Assert.Equal(4 * Values, plan["gradients"]);
        Assert.Equal(4 * 2 * Values, plan["optimizer"]);
        Assert.Equal(4 * (Packed + Vectors), plan["reference model"]);

        // A pass: 100 tokens, for one group has at most 17 + 4*20 = 97. A token: three inputs of 16, two blocks of
        // 32 + 16 + 16 + 64, scratch of 16 + 16 + 32, gradients of 16 + 16 + 32 + 16 + 64.
        Assert.Equal(4 * 100 * (48 + (2 * 128) + 64 + 144), plan["activations"]);

        // 3 prompts of 2 blocks, 8 completions of 21 + 15 tokens in 3 blocks; a block has 16 x (8 + 16) floats in each of 2
        // layers. Prompts of 51 tokens together are one pass, with a quarter more 63: 16 + 128 + 64 floats each.
        // Hidden states of 16: the last of 3 prompts, and 8 to draw from, which take a quarter more.
        Assert.Equal((4L * 2 * 30 * 16 * 24) + (4 * 63 * 208) + (4 * 16 * (3 + 10)), plan["key/value cache"]);

        // What the kernels take in runs of these sizes is theirs to say, and held against what they do take in other tests. The
        // longest completion's last token is never read.
        var sizes = new ScratchSizes
        {
            Hidden = 16, FeedForward = 32, Vocabulary = 48, Heads = new HeadShape(2, 1, 8), Parameters = Values, PassTokens = 100,
            LongestSequence = 17 + 20, Samples = true,
        };
        Assert.Equal(Kernels.MostScratchBytesOnCpu(sizes, threads: 2), plan["logits and scratch"]);
        Assert.Equal(plan.Parts.Sum(part => part.Bytes), plan.Total);
    }

    [Fact]
    public void Recomputing_saves_the_blocks_but_one()
    {
        MemoryNeeds needs = MemoryNeeds.Of(Config, Options, longestPrompt: 17, threads: 2);
        MemoryPlan keep = MemoryPlan.For(needs, ActivationMode.Keep), recompute = MemoryPlan.For(needs, ActivationMode.Recompute);
        Assert.Equal(4 * 100 * 128, keep.Total - recompute.Total);
    }

    [Fact]
    public void Activations_are_recomputed_only_where_keeping_them_does_not_fit()
    {
        MemoryNeeds needs = MemoryNeeds.Of(Config, Options, longestPrompt: 17, threads: 2);
        long keep = MemoryPlan.For(needs, ActivationMode.Keep).Total;
        Assert.Equal(ActivationMode.Keep, MemoryPlan.Choose(needs, keep).Mode);
        Assert.Equal(ActivationMode.Recompute, MemoryPlan.Choose(needs, keep - 1).Mode);
        Assert.Equal(ActivationMode.Recompute, MemoryPlan.Choose(needs, 0).Mode);
    }

    [Fact]
    public void Without_a_kl_term_there_is_no_reference_and_without_sampling_no_cache()
    {
        MemoryNeeds grpo = MemoryNeeds.Of(Config, Options with { Loss = new PolicyLossOptions() }, longestPrompt: 17, threads: 1);
        Assert.Equal(0, MemoryPlan.For(grpo, ActivationMode.Keep)["reference model"]);
        TokenGroup[] rows = [new([1, 2, 3], [[4, 5]]), new([1], [[2]])];
        MemoryNeeds sft = MemoryNeeds.Of(Config, new SftOptions { BatchSize = 5 }, rows, threads: 1);
        MemoryPlan plan = MemoryPlan.For(sft, ActivationMode.Keep);
        Assert.Equal((0, 0), (plan["reference model"], plan["key/value cache"]));
        Assert.Equal(20, sft.PassTokens);
    }

    // Three groups of 97 rows: all in one pass, two at a time, and one at a time even if that is more than asked for.
    [Theory]
    [InlineData(1000, 3 * 97)]
    [InlineData(200, 200)]
    [InlineData(50, 97)]
    public void The_largest_pass_is_bounded_by_groups_and_setting(int microBatch, long rows) =>
        Assert.Equal(rows, (Options with { MicroBatchTokens = microBatch }).MostPassRows(longestPrompt: 17));
}
