namespace Hone.Engine.Tests.Files;

/// <summary>An empty folder that is removed with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string FullPath { get; } = Directory.CreateTempSubdirectory("hone-").FullName;

    public void Dispose()
    {
        Directory.Delete(FullPath, recursive: true);
    }

    internal string PathOf(string name)
    {
        return Path.Combine(FullPath, name);
    }

    internal string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    internal string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }
}
