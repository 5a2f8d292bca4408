using Hone.Engine.Decoding;
using Hone.Engine.Memory;

namespace Hone.Engine.Model.Lora;

/// <summary>
/// Which inputs of the adapters a training pass leaves out: a function of the seed and of each element's place, so that the
/// backward pass and recomputed blocks see the same ones, however an update is cut into passes. Projections that read the
/// same input leave out the same of it.
/// </summary>
/// <param name="Seed">A number of the run's seed and the update.</param>
/// <param name="FirstRow">Rows that the passes of the same update had before this one.</param>
public readonly record struct LoraDropout(ulong Seed, long FirstRow)
{
    // A word of the hash decides on four elements.
    private const int PerWord = 4;
    private const int Steps = 1 << 16;

    /// <summary>y = x (T, width) with some elements 0 and the others divided by the share that stays; y may be x.</summary>
    /// <param name="x">Inputs of a site.</param>
    /// <param name="T">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="place">The site's number in the model.</param>
    /// <param name="share">Share that is left out, to 1/65536.</param>
    /// <param name="y">The result.</param>
    internal void Apply(Tensor x, int T, int width, int place, double share, Tensor y)
    {
        ulong stream = RandomNumbers.Seed(Seed, (ulong)place);
        int dropped = (int)Math.Round(share * Steps);
        float kept = (float)((double)Steps / (Steps - Math.Min(dropped, Steps - 1)));
        int words = (width + PerWord - 1) / PerWord;
        for (int t = 0; t < T; t++)
        {
            Span<float> from = x.Slice((long)t * width, width).Span, to = y.Slice((long)t * width, width).Span;
            ulong bits = 0;
            for (int i = 0; i < width; i++)
            {
                bits = i % PerWord == 0 ? RandomNumbers.Bits(stream, ((FirstRow + t) * words) + (i / PerWord)) : bits >> 16;
                to[i] = (int)(bits & (Steps - 1)) < dropped ? 0f : from[i] * kept;
            }
        }
    }
}
