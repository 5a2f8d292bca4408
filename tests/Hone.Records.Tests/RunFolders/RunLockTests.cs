using System.Diagnostics;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

/// <summary>One writer per run.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_second_writer_is_refused_until_the_first_is_done()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        using (RunLock.Take(run))
        {
            string message = Assert.Throws<InvalidDataException>(() => RunLock.Take(run)).Message;
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, started 2", message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Path));
        RunLock.Take(run).Dispose();
    }

    [Fact]
    public void What_a_killed_writer_left_does_not_hold()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        File.WriteAllText(Path.Combine(run.Path, ".lock"), "");
        using var ended = Process.Start(new ProcessStartInfo("true") { RedirectStandardOutput = true })!;
        ended.WaitForExit();
        Holder(run, ended.Id, "2026-01-01 00:00:00Z");
        RunLock.Take(run).Dispose();

        // The number may be another process's by now.
        Holder(run, 1, "2001-01-01 00:00:00Z");
        RunLock.Take(run).Dispose();
        File.WriteAllText(Path.Combine(run.Path, ".lock.json"), "{\"process\":");
        File.WriteAllText(Path.Combine(run.Path, "..lock.json.0123.tmp"), "{");
        File.WriteAllText(Path.Combine(run.Path, ".run.json.0123.tmp"), "{");
        RunLock.Take(run).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Path));
    }

    [Fact]
    public void A_holder_that_runs_counts_where_the_file_system_has_no_locks()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        using var other = Process.Start(new ProcessStartInfo("sleep", "60") { RedirectStandardOutput = true })!;
        try
        {
            Holder(run, other.Id, other.StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            Assert.Contains($"process {other.Id}", Assert.Throws<InvalidDataException>(() => RunLock.Take(run)).Message, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }

        RunLock.Take(run).Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private static void Holder(RunFolder run, int process, string started) => File.WriteAllText(
        Path.Combine(run.Path, ".lock.json"),
        $$"""{"process":{{process}},"started":"{{started}}","machine":"{{Environment.MachineName}}"}""");
}
