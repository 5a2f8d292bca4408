namespace Hone.Engine.Decoding;

/// <summary>
/// Random numbers by position: number i of a stream is a hash of (seed, i), so a completion draws the same numbers
/// whatever is decoded beside it. The hash is SplitMix64's finalizer (Steele, Lea and Flood 2014).
/// </summary>
public static class RandomNumbers
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Number <paramref name="index"/> of the stream, in [0, 1) with 53 random bits.</summary>
    public static double Uniform(ulong seed, long index) => (Bits(seed, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Number <paramref name="index"/> of the stream as 64 random bits.</summary>
    public static ulong Bits(ulong seed, long index) => Mix(seed + ((ulong)(index + 1) * Increment));

    /// <summary>A seed made of several parts; every part and its place matters.</summary>
    public static ulong Seed(params ReadOnlySpan<ulong> parts)
    {
        ulong seed = 0;
        foreach (ulong part in parts)
        {
            seed = Mix(seed + Increment) ^ Mix(part ^ Increment);
        }

        return Mix(seed);
    }

    /// <summary>A text's number for <see cref="Seed"/>, the same in every process: FNV-1a over its UTF-16 units.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char unit in text)
        {
            hash = (hash ^ unit) * 0x100000001B3;
        }

        return hash;
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
