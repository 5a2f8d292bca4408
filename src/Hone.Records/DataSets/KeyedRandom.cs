namespace Hone.Records.DataSets;

/// <summary>
/// Random numbers that depend on a seed and an index alone, so that row 7 is the same whoever asks and in whatever
/// order.
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
/// </summary>
internal struct KeyedRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    internal KeyedRandom(long seed, int index) =>
        _state = Mix(Mix(unchecked((ulong)seed) + Golden) + (Golden * (ulong)index));

    /// <summary>A number from low to high, both included.</summary>
    internal int Between(int low, int high)
    {
        // The high half of a 64 by 64 bit product; its bias is below 2^-50 for the small ranges asked for here.
        ulong range = (ulong)(high - low + 1);
        return low + (int)Math.BigMul(Next(), range, out _);
    }

    /// <summary>A number in [0, 1).</summary>
    internal double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        _state += Golden;
        return Mix(_state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
