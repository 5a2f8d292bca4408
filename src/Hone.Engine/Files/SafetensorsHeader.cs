using System.Buffers.Binary;
using System.Collections.Frozen;

namespace Hone.Engine.Files;

/// <summary>
/// The header of a safetensors file: eight bytes with the length of a JSON object, then that object. All of it is
/// checked against the size of the file before anything it asks for is allocated.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit; real headers are below 10 MB.</summary>
    private const long LargestHeader = 100_000_000;

    private const string Damaged = "the file is damaged or cut short, fetch it again";

    /// <summary>What the header said.</summary>
    internal sealed record Content(
        FrozenDictionary<string, TensorInfo> Tensors, FrozenDictionary<string, string> Metadata, long DataStart);

    /// <summary>Reads and checks the header of an open file.</summary>
    internal static Content Read(string path, FileStream file)
    {
        long fileLength = file.Length;
        if (fileLength < 8)
        {
            throw BadFile.Error(
                path, $"file of {fileLength} bytes, expected at least the 8 bytes of a header length", Damaged);
        }
        Span<byte> prefix = stackalloc byte[8];
        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader)
        {
            throw BadFile.Error(
                path, $"header of {length} bytes, expected at most {LargestHeader}", "this is not a safetensors file");
        }
        if ((long)length > fileLength - 8)
        {
            throw BadFile.Error(
                path, $"header of {length} bytes in a file of {fileLength}, expected it to end inside the file",
                Damaged);
        }
        byte[] json = new byte[length];
        file.ReadExactly(json);
        long dataStart = 8 + (long)length;
        return JsonFile.Parse(path, json, root => ReadEntries(root, dataStart, fileLength - dataStart));
    }

    private static Content ReadEntries(JsonField root, long dataStart, long dataLength)
    {
        var tensors = new Dictionary<string, TensorInfo>();
        var metadata = new Dictionary<string, string>();
        foreach ((string name, JsonField entry) in root.Members())
        {
            if (name == "__metadata__")
            {
                foreach ((string key, JsonField value) in entry.Members())
                {
                    metadata.Add(key, value.Text());
                }
            }
            else
            {
                tensors.Add(name, ReadTensor(root.Path, name, entry, dataLength));
            }
        }
        CheckLayout(root.Path, tensors.Values, dataLength);
        return new Content(tensors.ToFrozenDictionary(), metadata.ToFrozenDictionary(), dataStart);
    }

    private static TensorInfo ReadTensor(string path, string name, JsonField entry, long dataLength)
    {
        string typeName = entry.Get("dtype").Text();
        int bits = BitsOf(typeName) ?? throw entry.Get("dtype").Wrong("a type of the safetensors format");
        long[] shape = [.. entry.Get("shape").Items().Select(extent => extent.Integer(0, long.MaxValue))];
        long[] offsets = [.. entry.Get("data_offsets").Items().Select(offset => offset.Integer(0, long.MaxValue))];
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength)
        {
            throw BadFile.Error(
                path,
                $"tensor {BadFile.Quote(name)} has data_offsets [{string.Join(", ", offsets.Take(4))}], "
                + $"expected begin <= end <= {dataLength}, the bytes behind the header",
                Damaged);
        }
        UInt128 size = (UInt128)bits;
        foreach (long extent in shape)
        {
            // Each factor is below 2^63, so the product cannot pass 2^128 before this check sees it.
            size *= (UInt128)extent;
            if (size > long.MaxValue)
            {
                throw entry.Get("shape").Error("has a product of 2^63 bits or more", "a tensor that fits the file");
            }
        }
        if (size != (UInt128)(offsets[1] - offsets[0]) * 8)
        {
            throw BadFile.Error(
                path,
                $"tensor {BadFile.Quote(name)} of type {typeName} and shape ({string.Join(", ", shape)}) has "
                + $"{offsets[1] - offsets[0]} bytes, expected {size / 8}",
                Damaged);
        }
        TensorDataType type = typeName switch
        {
            "F32" => TensorDataType.F32,
            "F16" => TensorDataType.F16,
            "BF16" => TensorDataType.BF16,
            _ => TensorDataType.Other,
        };
        return new TensorInfo(name, type, typeName, shape, offsets[0], offsets[1]);
    }

    private static int? BitsOf(string typeName)
    {
        return typeName switch
        {
            "F64" or "C64" or "I64" or "U64" => 64,
            "F32" or "I32" or "U32" => 32,
            "F16" or "BF16" or "I16" or "U16" => 16,
            "BOOL" or "I8" or "U8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
            "F6_E2M3" or "F6_E3M2" => 6,
            "F4" => 4,
            _ => null,
        };
    }

    /// <summary>The format allows no overlaps and no holes: every data byte belongs to exactly one tensor.</summary>
    private static void CheckLayout(string path, IEnumerable<TensorInfo> tensors, long dataLength)
    {
        long end = 0;
        string previous = "the header";
        foreach (TensorInfo tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (tensor.Begin != end)
            {
                string fault = tensor.Begin < end ? "overlaps" : "leaves a hole behind";
                throw BadFile.Error(
                    path,
                    $"tensor {BadFile.Quote(tensor.Name)} begins at byte {tensor.Begin} and {fault} {previous}, "
                    + $"expected {end}",
                    Damaged);
            }
            end = tensor.End;
            previous = BadFile.Quote(tensor.Name);
        }
        if (end != dataLength)
        {
            throw BadFile.Error(path, $"{dataLength} data bytes, expected the tensors' {end}", Damaged);
        }
    }
}
