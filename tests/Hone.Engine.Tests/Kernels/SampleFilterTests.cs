using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>Filters keep exactly the right tokens; 4,000 even numbers find every token above 1/4000.</summary>
public class SampleFilterTests
{
    // By likelihood: 3 (0.4), 0 (0.3), 4 (0.2), 1 (0.06), 2 (0.04).
    private static readonly float[] Five = Draws.Logits(0.3, 0.06, 0.04, 0.4, 0.2);

    public static TheoryData<KernelPath> All => Paths.All;

    public static TheoryData<SamplingRule, int[]> Kept => new()
    {
        { new SamplingRule(), [0, 1, 2, 3, 4] },
        { new SamplingRule { TopK = 1 }, [3] },
        { new SamplingRule { TopK = 3 }, [0, 3, 4] },
        { new SamplingRule { TopK = 9 }, [0, 1, 2, 3, 4] },
        { new SamplingRule { TopP = 0.39 }, [3] },
        { new SamplingRule { TopP = 0.41 }, [0, 3] },
        { new SamplingRule { TopP = 0.69 }, [0, 3] },
        { new SamplingRule { TopP = 0.71 }, [0, 3, 4] },
        { new SamplingRule { TopP = 0.97 }, [0, 1, 2, 3, 4] },
        { new SamplingRule { TopP = 1e-6 }, [3] },
        { new SamplingRule { MinP = 0.49 }, [0, 3, 4] }, // 0.196
        { new SamplingRule { MinP = 0.51 }, [0, 3] }, // 0.204
        { new SamplingRule { MinP = 0.76 }, [3] }, // 0.304
        { new SamplingRule { MinP = 0.101 }, [0, 1, 3, 4] }, // 0.0404
        { new SamplingRule { TopK = 2, TopP = 0.58 }, [0, 3] }, // of the two kept, the first has 4/7 = 0.571
        { new SamplingRule { TopK = 2, TopP = 0.56 }, [3] },
        { new SamplingRule { TopK = 4, MinP = 0.2 }, [0, 3, 4] },
        { new SamplingRule { Temperature = 2, MinP = 0.51 }, [0, 3, 4] }, // roots: 0.2 / 0.4 counts as 0.707
        { new SamplingRule { Temperature = 0.5, MinP = 0.49 }, [0, 3] }, // squares: 0.2 / 0.4 counts as 0.25
        { new SamplingRule { VocabularyLimit = 3 }, [0, 1, 2] },
        { new SamplingRule { VocabularyLimit = 3, TopK = 2 }, [0, 1] },
        { new SamplingRule { VocabularyLimit = 3, Temperature = 0 }, [0] },
        { new SamplingRule { VocabularyLimit = 99 }, [0, 1, 2, 3, 4] },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Rule_keeps_exactly_these(SamplingRule rule, int[] kept)
    {
        foreach (KernelPath path in Enum.GetValues<KernelPath>())
        {
            using KernelSet kernels = Paths.Open(path, 2);
            Assert.Equal(kept, Draws.From(kernels, Five, rule, Draws.Even(4000)).Tokens.Distinct().Order());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kept_tokens_share_the_line_in_proportion(KernelPath path)
    {
        // Of 0.4, 0.3 and 0.2 the shares are 4/9, 3/9 and 2/9, most likely first.
        using KernelSet kernels = Paths.Open(path);
        int[] tokens = Draws.From(kernels, Five, new SamplingRule { TopK = 3 }, Draws.Even(900)).Tokens;
        Assert.Equal(
            [.. Enumerable.Repeat(3, 400), .. Enumerable.Repeat(0, 300), .. Enumerable.Repeat(4, 200)], tokens);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Among_equals_the_lower_ids_are_kept(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path);
        float[] logits = [.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? 1f : 0f)];
        int[] kept = [.. Draws.From(kernels, logits, new SamplingRule { TopK = 4 }, Draws.Even(400)).Tokens.Distinct()];
        Assert.Equal([0, 2, 4, 6], kept);
    }
}
