namespace Hone.Engine.Tokenization.Splitting;

/// <summary>
/// The printable stand-ins that byte-level vocabularies use for bytes (Radford et al. 2019): bytes that print in
/// Latin-1 stand for themselves, the other 68 take the code points from U+0100 on, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = Build();
    private static readonly short[] ByteOfChar = Invert(CharOfByte);

    internal static char CharOf(byte value)
    {
        return CharOfByte[value];
    }

    /// <summary>
    /// Writes the bytes that a token stands for and returns how many; null when it holds a character outside the
    /// alphabet. There must be room for a byte per char.
    /// </summary>
    internal static int? TryGetBytes(string token, Span<byte> bytes)
    {
        for (int i = 0; i < token.Length; i++)
        {
            int value = token[i] < ByteOfChar.Length ? ByteOfChar[token[i]] : -1;
            if (value < 0)
            {
                return null;
            }
            bytes[i] = (byte)value;
        }
        return token.Length;
    }

    private static char[] Build()
    {
        char[] chars = new char[256];
        int others = 0x100;
        for (int value = 0; value < 256; value++)
        {
            bool prints = value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
            chars[value] = (char)(prints ? value : others++);
        }
        return chars;
    }

    private static short[] Invert(char[] chars)
    {
        short[] bytes = new short[chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < chars.Length; value++)
        {
            bytes[chars[value]] = (short)value;
        }
        return bytes;
    }
}
