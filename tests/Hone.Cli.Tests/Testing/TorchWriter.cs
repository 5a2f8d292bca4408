using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hone.Cli.Tests;

/// <summary>Writes what torch.save makes of plain values: a zip with a pickle of protocol 2 in it.</summary>
internal static class TorchWriter
{
    internal static void Write(string path, object root)
    {
        using var pickle = new MemoryStream();
        pickle.Write([0x80, 2]);
        Add(pickle, root);
        pickle.WriteByte((byte)'.');
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Entry(zip, "archive/data.pkl", pickle.ToArray());
        Entry(zip, "archive/byteorder", "little"u8.ToArray());
        Entry(zip, "archive/version", "3\n"u8.ToArray());
    }

    private static void Entry(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }

    private static void Add(Stream pickle, object? value)
    {
        switch (value)
        {
            case null:
                pickle.WriteByte((byte)'N');
                break;
            case bool flag:
                pickle.WriteByte((byte)(flag ? 0x88 : 0x89));
                break;
            case int number:
                pickle.WriteByte((byte)'J');
                pickle.Write(BitConverter.GetBytes(number));
                break;
            case double number:
                Span<byte> bytes = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
                pickle.WriteByte((byte)'G');
                pickle.Write(bytes);
                break;
            case string text:
                byte[] utf8 = Encoding.UTF8.GetBytes(text);
                pickle.WriteByte((byte)'X');
                pickle.Write(BitConverter.GetBytes(utf8.Length));
                pickle.Write(utf8);
                break;
            case Dictionary<string, object?> dict:
                pickle.Write("}("u8);
                foreach ((string key, object? entry) in dict)
                {
                    Add(pickle, key);
                    Add(pickle, entry);
                }

                pickle.WriteByte((byte)'u');
                break;
            case System.Collections.IEnumerable list:
                pickle.Write("]("u8);
                foreach (object? entry in list)
                {
                    Add(pickle, entry);
                }

                pickle.WriteByte((byte)'e');
                break;
            default:
                throw new ArgumentException(value.GetType().Name, nameof(value));
        }
    }
}
