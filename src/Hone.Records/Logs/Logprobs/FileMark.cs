using System.Security.Cryptography;

namespace Hone.Records.Logs.Logprobs;

/// <summary>What a log file was when its rows were scored: its length, and a hash of the ends of that length.</summary>
/// <param name="Bytes">The length.</param>
/// <param name="Hash">SHA-256 of the first and the last 64 KiB of it, in lower-case hexadecimal.</param>
internal readonly record struct FileMark(long Bytes, string Hash)
{
    private const int EndBytes = 1 << 16;

    /// <summary>The mark of a file as it is now.</summary>
    internal static FileMark Of(string path) => Of(path, new FileInfo(path).Length);

    /// <summary>Whether the file still begins with what was scored; it may have grown.</summary>
    internal bool Holds(string path) => new FileInfo(path).Length >= Bytes && Of(path, Bytes) == this;

    private static FileMark Of(string path, long bytes)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] end = new byte[Math.Min(EndBytes, bytes)];
        stream.ReadExactly(end);
        hash.AppendData(end);
        stream.Position = bytes - end.Length;
        stream.ReadExactly(end);
        hash.AppendData(end);
        return new FileMark(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
