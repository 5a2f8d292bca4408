using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hone.Engine.Files;

/// <summary>Writes safetensors files, a block at a time.</summary>
public static class SafetensorsWriter
{
    private const int BlockElements = 1 << 16;

    /// <summary>
    /// Writes the tensors to a temporary file in the same folder, flushes it to the disk and renames it to
    /// <paramref name="path"/>, so that the file is there whole or not at all. Narrow types round to nearest even.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">What to write; 4-byte types come first in the file, otherwise the order is kept.</param>
    /// <param name="metadata">
    /// Strings for `__metadata__`; `format` = `pt`, which loaders ask for, is always added.
    /// </param>
    /// <exception cref="ArgumentException">Two tensors share a name, or a type cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyList<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        IEnumerable<string> names = tensors.Select(tensor => tensor.Name).Append("__metadata__");
        if (names.CountBy(name => name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"More than one tensor is named '{twice}'.", nameof(tensors));
        }

        // No gaps are allowed, so wide types go first to keep every tensor aligned to its own element.
        TensorToWrite[] ordered = [.. tensors.OrderByDescending(t => t.ElementSize)];
        byte[] header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            ushort[] narrow = new ushort[BlockElements];
            foreach (TensorToWrite tensor in ordered)
            {
                WriteData(stream, tensor, narrow);
            }
        });
    }

    private static byte[] Header(IEnumerable<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
            {
                if (key != "format")
                {
                    json.WriteString(key, value);
                }
            }
            json.WriteEndObject();
            long offset = 0;
            foreach (TensorToWrite tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DataType.ToString());
                json.WriteStartArray("shape");
                foreach (long extent in tensor.Shape)
                {
                    json.WriteNumberValue(extent);
                }
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset = checked(offset + tensor.ByteCount);
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of 8, so that mapped data is aligned.
        int padding = -buffer.WrittenCount & 7;
        "       "u8[..padding].CopyTo(buffer.GetSpan(8));
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteData(FileStream stream, TensorToWrite tensor, ushort[] narrow)
    {
        long total = tensor.ElementCount;
        for (long offset = 0; offset < total; offset += BlockElements)
        {
            int count = (int)Math.Min(BlockElements, total - offset);
            ReadOnlySpan<float> block = tensor.Elements(offset, count);
            if (block.Length != count)
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' gave {block.Length} elements, asked for {count}.");
            }
            if (tensor.DataType == TensorDataType.F32)
            {
                stream.Write(MemoryMarshal.AsBytes(block));
                continue;
            }
            Span<ushort> converted = narrow.AsSpan(0, count);
            if (tensor.DataType == TensorDataType.F16)
            {
                NumberFormats.FloatToHalf(block, converted);
            }
            else
            {
                NumberFormats.FloatToBFloat(block, converted);
            }
            stream.Write(MemoryMarshal.AsBytes(converted));
        }
    }
}
