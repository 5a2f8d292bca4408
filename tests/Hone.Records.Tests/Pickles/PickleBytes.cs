using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hone.Records.Tests.Pickles;

/// <summary>Puts pickles together by hand, good ones and such as no Python writes.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    internal static byte[] Of(params object[] parts) => new PickleBytes().Add(parts).Done();

    /// <summary>Appends Latin-1 text, single bytes, or bytes.</summary>
    internal PickleBytes Add(params object[] parts)
    {
        foreach (object part in parts)
        {
            switch (part)
            {
                case string text:
                    _bytes.AddRange(Encoding.Latin1.GetBytes(text));
                    break;
                case int number:
                    _bytes.Add((byte)number);
                    break;
                default:
                    _bytes.AddRange((byte[])part);
                    break;
            }
        }

        return this;
    }

    internal byte[] Done() => [.. _bytes];

    /// <summary>BINUNICODE.</summary>
    internal static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. Int32(utf8.Length), .. utf8];
    }

    /// <summary>LONG1.</summary>
    internal static byte[] Number(long value)
    {
        byte[] bytes = new byte[10];
        (bytes[0], bytes[1]) = (0x8a, 8);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), value);
        return bytes;
    }

    internal static byte[] Int32(int value) => BitConverter.GetBytes(value);

    internal static byte[] Int64(long value) => BitConverter.GetBytes(value);

    /// <summary>A tensor: storage '0', offset, shape and strides.</summary>
    internal static byte[] Tensor(long offset, long[] shape, long[] strides, long elements, string storage = "FloatStorage") =>
        new PickleBytes().Add(
            "ctorch._utils\n_rebuild_tensor_v2\n((", Text("storage"), "ctorch\n", storage, "\n", Text("0"), Text("cpu"),
            Number(elements), "tQ", Number(offset), "(").Add([.. shape.Select(Number)]).Add("t(").Add([.. strides.Select(Number)])
            .Add("t", 0x89, "ccollections\nOrderedDict\n)RtR").Done();

    /// <summary>An archive as torch.save makes it.</summary>
    internal static byte[] Zip(
        CompressionLevel compression = CompressionLevel.NoCompression, params (string Name, byte[] Bytes)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, compression).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
