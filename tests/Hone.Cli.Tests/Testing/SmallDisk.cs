using System.Diagnostics;

namespace Hone.Cli.Tests;

/// <summary>A disk in memory of so many KiB, mounted for a test; only root on Linux can, and elsewhere the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    internal SmallDisk(string path, long kib)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root on Linux mounts a small disk");
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Call("mount", "-t", "tmpfs", "-o", $"size={kib}k", "tmpfs", path) == 0, "no small disk can be mounted here");
        Path = path;
    }

    internal string Path { get; }

    /// <summary>Gives it another size; what is on it stays.</summary>
    internal void Resize(long kib) => Assert.Equal(0, Call("mount", "-o", $"remount,size={kib}k", Path));

    public void Dispose() => Call("umount", Path);

    private static int Call(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
