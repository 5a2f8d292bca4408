using System.IO.Compression;

namespace Hone.Records.Pickles;

/// <summary>The zip archive that torch.save writes.</summary>
internal static class TorchArchive
{
    internal const uint ZipMagic = 0x04034b50;

    private const string Pickle = "/data.pkl";

    internal static PickleValue Read(FileStream stream)
    {
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            Dictionary<string, ZipArchiveEntry> entries = Entries(zip, stream.Length);
            string[] pickles = [.. entries.Keys.Where(IsPickle)];
            if (pickles.Length != 1)
            {
                throw new PickleException($"is a zip archive with {pickles.Length} entries NAME/data.pkl, expected one",
                    "name a file that torch.save wrote");
            }

            string name = pickles[0][..^Pickle.Length];
            RequireLittleEndian(name, entries);
            using Stream pickle = entries[pickles[0]].Open();
            return TorchFile.Read(pickle, entries[pickles[0]].Length, stream.Length, Storages(name, entries));
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw PickleException.Damaged($"is no sound zip archive ({RecordError.Quote(error.Message)})");
        }
    }

    private static bool IsPickle(string entry) => entry.EndsWith(Pickle, StringComparison.Ordinal)
        && entry.IndexOf('/', StringComparison.Ordinal) == entry.Length - Pickle.Length;

    // Together no larger than the file: torch compresses nothing, and entries that overlap are a trap.
    private static Dictionary<string, ZipArchiveEntry> Entries(ZipArchive zip, long fileBytes)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        long left = fileBytes;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (entry.Length != entry.CompressedLength || entry.IsEncrypted || entry.Length < 0 || entry.Length > left)
            {
                throw new PickleException($"its entry {RecordError.Quote(entry.FullName)} is compressed, encrypted or "
                    + "reaches beyond the file, expected entries as torch.save stores them",
                    "save the file again with torch.save");
            }

            left -= entry.Length;
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw PickleException.Damaged($"has two entries {RecordError.Quote(entry.FullName)}");
            }
        }

        return entries;
    }

    private static void RequireLittleEndian(string name, Dictionary<string, ZipArchiveEntry> entries)
    {
        if (entries.TryGetValue($"{name}/byteorder", out ZipArchiveEntry? order)
            && !Bytes(order).AsSpan().SequenceEqual("little"u8))
        {
            throw new PickleException("was written on a big-endian machine, expected a little-endian one",
                "load it in Python on a little-endian machine and save it again");
        }
    }

    // Each storage is read once, however many tensors share it.
    private static StorageReader Storages(string name, Dictionary<string, ZipArchiveEntry> entries)
    {
        var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        return (key, bytes) =>
        {
            string path = $"{name}/data/{key}";
            if (!read.TryGetValue(key, out byte[]? storage))
            {
                storage = entries.TryGetValue(path, out ZipArchiveEntry? entry)
                    ? Bytes(entry)
                    : throw PickleException.Damaged(
                        $"has a tensor in {RecordError.Quote(path)}, an entry that the archive does not have");
                read.Add(key, storage);
            }

            return storage.Length >= bytes
                ? storage
                : throw PickleException.Damaged(
                    $"expects {bytes} bytes in {RecordError.Quote(path)}, which has {storage.Length}");
        };
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw new PickleException($"has {entry.Length} bytes in {RecordError.Quote(entry.FullName)}, expected 2 GB at most",
                "save fewer rollouts in one file");
        }

        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw PickleException.Damaged($"is cut off in {RecordError.Quote(entry.FullName)}");
    }
}
