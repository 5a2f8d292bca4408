using System.Security.Cryptography;
using System.Text;

namespace Hone.Cli.Evaluations;

/// <summary>Which model a folder holds, whatever it is called.</summary>
internal static class ModelHash
{
    private static readonly string[] Endings = [".safetensors", ".json", ".jinja", ".txt", ".model"];

    /// <summary>
    /// SHA-256 over names and contents of the files that decide what a model answers: weights, configuration, tokenizer,
    /// template; adapters count with their base. In lower-case hexadecimal.
    /// </summary>
    public static string Of(params IEnumerable<string> folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 20];
        foreach (string path in folders.SelectMany(folder => Directory.EnumerateFiles(folder).Where(IsPart).Order(StringComparer.Ordinal)))
        {
            using FileStream stream = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)} {stream.Length}\n"));
            int read;
            while ((read = stream.Read(block)) > 0)
            {
                hash.AppendData(block.AsSpan(0, read));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsPart(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
