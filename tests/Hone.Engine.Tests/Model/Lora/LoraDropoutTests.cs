using Hone.Engine.Memory;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model.Lora;

public class LoraDropoutTests
{
    private const int T = 200, Width = 37;

    [Fact]
    public void The_share_is_left_out_and_the_rest_made_up_for()
    {
        const double Share = 0.25;
        float[] kept = Apply(new LoraDropout(1, 0), place: 0, Share);

        // 7400 draws: the share's deviation is 0.005.
        Assert.InRange(kept.Count(value => value == 0) / (double)kept.Length, Share - 0.02, Share + 0.02);
        Assert.All(kept.Where(value => value != 0), value => Assert.Equal(4f / 3, value, 1e-6f));
    }

    [Fact]
    public void Rows_keep_their_masks_however_passes_are_cut()
    {
        float[] whole = Apply(new LoraDropout(1, 0), 3, 0.5), rest = Apply(new LoraDropout(1, 60), 3, 0.5);
        Assert.Equal(whole[(60 * Width)..], rest[..((T - 60) * Width)]);
    }

    [Fact]
    public void Seed_and_place_decide()
    {
        float[][] masks =
            [Apply(new LoraDropout(1, 0), 0, 0.5), Apply(new LoraDropout(2, 0), 0, 0.5), Apply(new LoraDropout(1, 0), 1, 0.5)];
        Assert.Equal(3, masks.Select(mask => string.Join(' ', mask)).Distinct().Count());
        Assert.Equal(masks[0], Apply(new LoraDropout(1, 0), 0, 0.5));
    }

    private static float[] Apply(LoraDropout dropout, int place, double share)
    {
        using var memory = new TestMemory();
        Tensor x = memory.Of([.. Enumerable.Repeat(1f, T * Width)]);
        dropout.Apply(x, T, Width, place, share, x);
        return x.Span.ToArray();
    }
}
