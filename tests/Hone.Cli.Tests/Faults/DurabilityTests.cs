using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Faults;

/// <summary>
/// What is on the disk when, by the calls that the program makes to the system: where the power fails, no checkpoint is there whose
/// logs are not.
/// </summary>
public sealed class DurabilityTests
{
    [Fact]
    public void LogsAndTheFilesOfACheckpointAreOnTheDiskBeforeItHasItsName()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "needs strace, which shows the calls to the system");
        using var folder = new TempFolder();
        string data = folder.Arithmetic("held.jsonl", 3, level: 1, seed: 77);
        string config = TinyRun.Train(folder, $"eval: {{data: {data}, every: 2}}");
        string[] strace = ["-f", "-y", "-s", "0", "-e", "trace=fsync,pwrite64,rename,renameat,renameat2", "-o", folder["calls"]];
        var start = new ProcessStartInfo("/usr/bin/strace", [
            .. strace, "dotnet", Path.Combine(AppContext.BaseDirectory, "hone.dll"), "train", "--config", config, "--set",
            $"out={folder["run"]}", "--quiet",
        ])
        {
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(errors.Contains("PTRACE", StringComparison.OrdinalIgnoreCase), "programs cannot be traced here");
        Assert.True(process.ExitCode == 0, errors);

        // Which files have been written to since they were last put on the disk, in the order of the calls.
        var unsafeFiles = new HashSet<string>();
        int checkpoints = 0, synced = 0;
        foreach (string call in File.ReadLines(folder["calls"]))
        {
            if (Regex.Match(call, @"pwrite64\(\d+<(?<file>[^>]+)>") is { Success: true } write)
            {
                unsafeFiles.Add(write.Groups["file"].Value);
            }
            else if (Regex.Match(call, @"fsync\(\d+<(?<file>[^>]+)>") is { Success: true } sync)
            {
                unsafeFiles.Remove(sync.Groups["file"].Value);
                synced += sync.Groups["file"].Value == folder["run/checkpoints"] ? 1 : 0;
            }
            else if (Regex.IsMatch(call, "step-00000[24]\\.tmp\", (AT_FDCWD[^,]*, )?\"[^\"]*step-00000[24]\""))
            {
                checkpoints++;
                Assert.DoesNotContain(unsafeFiles, file => file.StartsWith(folder["run"], StringComparison.Ordinal));
            }
        }

        Assert.Equal((2, 2), (checkpoints, synced));
    }
}
