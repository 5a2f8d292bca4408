using System.Buffers.Binary;
using System.Numerics;

namespace Hone.Records.Pickles;

/// <summary>
/// Reads what Python wrote with torch.save, or plain pickle.dump, without running any of it. Tensors, NumPy arrays of
/// numbers, numbers, strings, bytes, None, lists, tuples, sets and dicts are known; any other class or function that the
/// file names is refused by its name.
/// </summary>
/// <remarks>
/// The format of torch.save: a zip archive, stored uncompressed, of NAME/data.pkl, a pickle of protocol 2 to 5 whose
/// tensors point at NAME/data/0, 1 ... (torch/serialization.py, _save and _load). What a file can do is bounded: the
/// memory of its values by its own size, their depth by 200 levels, and no value contains itself.
/// </remarks>
public static class TorchFile
{
    // What torch's format before 1.6 begins with: a pickle of this number.
    private static readonly BigInteger OldMagic = new(
        [0x19, 0x50, 0xa8, 0x6a, 0x20, 0xf9, 0x46, 0x9c, 0xfc, 0x6c], isUnsigned: true, isBigEndian: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What was saved.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It cannot be read, is damaged, or asks for anything but plain
    /// values.</exception>
    public static PickleValue Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Span<byte> head = stackalloc byte[sizeof(uint)];
            int got = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            if (got == head.Length && BinaryPrimitives.ReadUInt32LittleEndian(head) == TorchArchive.ZipMagic)
            {
                return TorchArchive.Read(stream);
            }

            PickleValue root = Read(stream, stream.Length, stream.Length, null);
            return root.Kind == PickleKind.BigWhole && root.TryGetBigInteger(out BigInteger magic) && magic == OldMagic
                ? throw new PickleException("is in the format of torch before 1.6, expected torch.save's zip archive",
                    "load it in Python and save it again with a newer torch")
                : root;
        }
        catch (PickleException error)
        {
            throw RecordError.In(path, error.Message, error.Hint);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="stream">Where it begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="fileBytes">Bytes of the whole file.</param>
    /// <param name="storages">Reads tensors' numbers; null where the file has none.</param>
    internal static PickleValue Read(Stream stream, long length, long fileBytes, StorageReader? storages)
    {
        var input = new PickleInput(stream, length);
        try
        {
            PickleValue root = new PickleMachine(input, storages, new PickleBudget(fileBytes)).Run();
            PickleTree.Check(root, fileBytes);
            return root;
        }
        catch (PickleException error)
        {
            throw new PickleException($"the pickle {error.Message} (byte {input.Position})", error.Hint);
        }
    }
}
