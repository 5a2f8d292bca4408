using System.IO.Compression;
using System.Text;

namespace Hone.Records.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => Root = Directory.CreateTempSubdirectory("hone-records-").FullName;

    internal string Root { get; }

    internal string this[string name] => Path.Combine(Root, name);

    internal string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text, new UTF8Encoding(false));
        return this[name];
    }

    internal string WriteBytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    internal static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
