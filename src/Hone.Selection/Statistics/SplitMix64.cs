namespace Hone.Selection;

/// <summary>Steele, Lea and Flood's SplitMix64: small, seeded, the same on every machine.</summary>
internal struct SplitMix64(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>A well-mixed function of a seed and an index; used to derive independent streams.</summary>
    public static ulong Hash(ulong seed, ulong index) => Mix(Mix(seed + Golden) + ((index + 1) * Golden));

    /// <summary>The top 53 bits as a number in [0, 1).</summary>
    public static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    public ulong Next()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>A whole number in [0, bound), without bias.</summary>
    public int Below(int bound)
    {
        // Lemire's method: the high half of a 64 x 64 bit product, redrawn in the few cases that would favour low
        // numbers.
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(Next(), range, out ulong low);
        if (low < range)
        {
            ulong reject = (0UL - range) % range;
            while (low < reject)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }

        return (int)high;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
