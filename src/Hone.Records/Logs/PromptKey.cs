using System.Buffers.Binary;

namespace Hone.Records.Logs;

/// <summary>
/// A 128-bit key of a prompt's bytes, so that a log's prompts are told apart without being kept. A log of ten million prompts has
/// two that share a key with a probability of about 1e-25.
/// </summary>
internal static class PromptKey
{
    private const ulong Odd0 = 0x9e3779b97f4a7c15, Odd1 = 0xd1b54a32d192ed03, Odd2 = 0x8cb92ba72f3d8dd7;

    /// <summary>The key of some bytes; never 0.</summary>
    internal static UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        ulong a = Odd0 ^ (ulong)bytes.Length, b = Odd1;
        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length >= 16)
        {
            (a, b) = Mix(a, b, BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            rest = rest[16..];
        }

        Span<byte> last = stackalloc byte[16];
        last.Clear();
        rest.CopyTo(last);
        (a, b) = Mix(a, b, BinaryPrimitives.ReadUInt64LittleEndian(last), BinaryPrimitives.ReadUInt64LittleEndian(last[8..]));
        (a, b) = Mix(a, b, Odd2, Odd0);
        (a, b) = Mix(a, b, Odd1, Odd2);
        return new UInt128(a, b | 1);
    }

    /// <summary>The key of two in their order.</summary>
    internal static UInt128 Of(UInt128 first, UInt128 second)
    {
        Span<byte> both = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128LittleEndian(both, first);
        BinaryPrimitives.WriteUInt128LittleEndian(both[16..], second);
        return Of(both);
    }

    // Each word is multiplied by one that depends on all before it, and both halves of the products are kept.
    private static (ulong, ulong) Mix(ulong a, ulong b, ulong x, ulong y)
    {
        ulong high = Math.BigMul(a ^ x, Odd1 ^ (b << 1 | 1), out ulong low);
        ulong high2 = Math.BigMul(b ^ y, Odd2 ^ (a << 1 | 1), out ulong low2);
        return (low ^ high2 ^ ulong.RotateLeft(y, 29), low2 ^ high ^ ulong.RotateLeft(x, 41));
    }
}
