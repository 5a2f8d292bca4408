using System.Buffers.Binary;
using System.Text;

namespace Hone.Cli.Tests;

/// <summary>Builds files that look like safetensors, sound or not.</summary>
internal static class Safetensors
{
    internal static byte[] File(string header, int dataBytes) =>
        [.. Length((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];

    internal static byte[] Length(ulong bytes)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, bytes);
        return length;
    }
}
