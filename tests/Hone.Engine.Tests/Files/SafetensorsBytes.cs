using System.Buffers.Binary;
using System.Text;

namespace Hone.Engine.Tests.Files;

/// <summary>Builds safetensors files by hand, sound or not.</summary>
internal static class SafetensorsBytes
{
    internal static byte[] Build(string header, int dataBytes)
    {
        return Build(Encoding.UTF8.GetBytes(header), new byte[dataBytes]);
    }

    internal static byte[] Build(byte[] header, byte[] data)
    {
        return [.. Length((ulong)header.Length), .. header, .. data];
    }

    internal static byte[] Length(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>A header entry, with the shape and the offsets as JSON.</summary>
    internal static string Entry(string name, string type, string shape, string offsets)
    {
        return $$"""
            "{{name}}":{"dtype":"{{type}}","shape":{{shape}},"data_offsets":{{offsets}}}
            """;
    }
}
