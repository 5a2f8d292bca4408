using System.Diagnostics;

namespace Hone.Cli.Tests.Faults;

/// <summary>Runs on disks without room: refused, warned of, or stopped with what is there whole, and gone on with later.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Kib = 1024;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunOfWhichNotOneCheckpointFitsIsRefusedBeforeItBegins()
    {
        using var disk = new SmallDisk(_folder["disk"], 1024);
        Ran ran = _folder.Refuses(1, ["a checkpoint takes ", "expected at most the 1.0 MiB that its disk has free"], Arguments("disk/run"));
        Assert.Contains("--set out=DIR", ran.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    // One checkpoint and a half, and the rollouts: the second is not begun.
    [Fact]
    public void ADiskWithRoomForOneCheckpointOfTwoIsWarnedOfAndTheRunStopsBeforeTheSecond()
    {
        HoneProcess.Run(Arguments("straight")).Done();
        long checkpoint = SizeOf("straight/checkpoints/step-000002");
        using var disk = new SmallDisk(_folder["disk"], ((checkpoint * 3 / 2) + SizeOf("straight/rollouts")) / Kib);
        Ran ran = HoneProcess.Run(Arguments("disk/run"));
        Assert.Equal(1, ran.Code);
        Assert.Contains("warning: the run may write ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("(2 checkpoints of ", ran.Error, StringComparison.Ordinal);
        Stopped(ran, "stopped after step 4, and the checkpoint of step 2 is whole", "the checkpoint of step 4 takes ");
        Assert.Equal(["step-000002"], Directory.EnumerateFileSystemEntries(_folder["disk/run/checkpoints"]).Select(Path.GetFileName));
        Assert.Equal(4, File.ReadAllLines(_folder["disk/run/metrics.jsonl"]).Length);

        // Nor does it go on until there is room.
        Assert.Contains("a checkpoint takes ", HoneProcess.Run("train", "--resume", _folder["disk/run"]).Error, StringComparison.Ordinal);
        disk.Resize(checkpoint * 3 / Kib);
        HoneProcess.Run("train", "--resume", _folder["disk/run"]).Done();
        SameRun.Assert(_folder["straight"], _folder["disk/run"]);
    }

    [Fact]
    public void ADiskThatIsFullInTheMiddleStopsTheRunAndNothingIsHalfWritten()
    {
        HoneProcess.Run(Arguments("straight")).Done();
        using var disk = new SmallDisk(_folder["disk"], SizeOf("straight") * 3 / Kib);
        using var error = new FillAt("training 3/4", _folder["disk/ballast"]);
        Ran ran = HoneProcess.Run(Arguments("disk/run"), error, new JumpingTime(), TestContext.Current.CancellationToken);
        Assert.Equal(1, ran.Code);
        Stopped(ran, "stopped after step 4, and the checkpoint of step 2 is whole", "No space left");
        Assert.Equal(
            ["step-000001.jsonl", "step-000002.jsonl", "step-000003.jsonl"],
            Directory.EnumerateFileSystemEntries(_folder["disk/run/rollouts"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, TempFolder.Lines(_folder["disk/run/metrics.jsonl"]).Length);
        File.Delete(_folder["disk/ballast"]);
        HoneProcess.Run("train", "--resume", _folder["disk/run"]).Done();
        SameRun.Assert(_folder["straight"], _folder["disk/run"]);
    }

    // A limit on the size of files: the weights of a checkpoint can be written, its moments cannot.
    [Fact]
    public void ACheckpointThatCannotBeWrittenToItsEndIsTakenBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits file sizes by the shell");
        HoneProcess.Run(Arguments("straight")).Done();
        long weights = new FileInfo(_folder["straight/checkpoints/step-000002/model.safetensors"]).Length;
        long moments = new FileInfo(_folder["straight/checkpoints/step-000002/trainer/optimizer.safetensors"]).Length;
        Assert.True(weights < moments);
        string[] words = ["dotnet", Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. Arguments("run")];
        string command = string.Join(' ', words.Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("sh", ["-c", $"trap '' XFSZ; ulimit -f {(weights + moments) / 2 / 512}; exec {command}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };

        // The runtime maps its own code through files otherwise.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Stopped(
            new Ran(process.ExitCode, "", errors), "stopped after step 2, and no checkpoint was written yet", ": its disk takes no more (",
            "optimizer.safetensors: the file is too large for the file system)");
        Assert.Equal(1, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["run/checkpoints"]));
        HoneProcess.Run("train", "--resume", _folder["run"]).Done();
        SameRun.Assert(_folder["straight"], _folder["run"]);
    }

    private static void Stopped(Ran ran, params string[] parts)
    {
        string line = Assert.Single(ran.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.Matches(@" Hint: make room, then go on with: hone train --resume \S+$", line);
    }

    private string[] Arguments(string run) => ["train", "--config", TinyRun.Train(_folder), "--set", $"out={_folder[run]}"];

    private long SizeOf(string folder) =>
        Directory.EnumerateFiles(_folder[folder], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    /// <summary>A stderr that fills a disk to its last byte when it is told a text.</summary>
    private sealed class FillAt(string text, string ballast) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) != true)
            {
                return;
            }

            using var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            try
            {
                for (byte[] block = new byte[4096]; ;)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }
    }
}
