using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hone.Records;

/// <summary>Sizes and SHA-256 sums of the files of a folder, by which damage is found before anything is loaded.</summary>
public static class FileManifest
{
    /// <summary>The manifest's name in its folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Writes the manifest of all files in a folder and the folders in it.</summary>
    public static void Write(string folder)
    {
        var files = new JsonObject();
        foreach (string file in Files(folder))
        {
            files[NameOf(folder, file)] = new JsonObject { ["bytes"] = new FileInfo(file).Length, ["sha256"] = HashOf(file) };
        }

        JsonFile.Write(Path.Combine(folder, FileName), new JsonObject { ["files"] = files });
    }

    /// <summary>What is wrong with a folder's files, by size and sum; null where all are as they were written, or where the folder has
    /// no manifest. Files that the manifest does not name do not count.</summary>
    public static string? Problem(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (JsonFile.Read(path) is not JsonObject manifest || manifest["files"] is not JsonObject files || files.Count == 0)
            {
                return $"{FileName} lists no files";
            }

            return files.Select(file => ProblemOf(folder, file.Key, file.Value)).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            return $"{FileName} is damaged";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"a file cannot be read ({RecordError.Quote(error.Message)})";
        }
    }

    private static string? ProblemOf(string folder, string name, JsonNode? entry)
    {
        if (entry is not JsonObject fields || fields["bytes"] is not JsonValue bytes || !bytes.TryGetValue(out long length)
            || fields["sha256"] is not JsonValue sum || !sum.TryGetValue(out string? hash) || Leaves(folder, name))
        {
            return $"{FileName} has an entry that is none of ours, {RecordError.Quote(name)}";
        }

        var file = new FileInfo(Path.Combine(folder, name));
        return !file.Exists ? $"{name} is missing"
            : file.Length != length ? FormattableString.Invariant($"{name} has {file.Length} bytes, written were {length}")
            : HashOf(file.FullName) != hash ? $"{name} is damaged: its SHA-256 is not that of what was written"
            : null;
    }

    private static bool Leaves(string folder, string name) =>
        name.Length == 0 || !Path.GetFullPath(Path.Combine(folder, name)).StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string NameOf(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');
}
