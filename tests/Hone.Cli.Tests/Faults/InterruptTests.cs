using System.Diagnostics;
using System.Globalization;

namespace Hone.Cli.Tests.Faults;

/// <summary>Ctrl-C and SIGTERM, as signals to the program.</summary>
public sealed class InterruptTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // A step's file appears at its very end; the signal is to come within the next step.
    private static readonly TimeSpan IntoTheNextStep = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task TheFirstEndsTheStepAndTheSecondStopsAtOnceWithARunThatGoesOn(string signal, int exitCode)
    {
        SkipUnlessHeard(signal);
        using var folder = new TempFolder();
        string config = TinyRun.Train(folder);

        // Steps of a second or more, so that the second Ctrl-C comes within one.
        string[] begin = ["train", "--config", config, "--set", "steps=3", "--set", "prompts_per_step=48", "--set", "group_size=16", "--set"];
        HoneProcess.Run([.. begin, $"out={folder["straight"]}"]).Done();
        (int code, string output, string error) = await Interrupt([.. begin, $"out={folder["run"]}"], folder["run/rollouts/step-000001.jsonl"], signal, again: true);
        Assert.Equal(exitCode, code);
        Assert.Equal("", output);
        Assert.DoesNotContain("error", error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.Exists(folder["run/checkpoints"]) ? Directory.GetDirectories(folder["run/checkpoints"]) : [],
            path => !path.EndsWith(".tmp", StringComparison.Ordinal));

        (code, output, error) = await Interrupt(["train", "--resume", folder["run"]], folder["run/rollouts/step-000001.jsonl"], signal, again: false);
        if (output.Length > 0)
        {
            Assert.Matches($"^stopped after step [12] of 3; go on with: hone train --resume {folder["run"]}\n$", output);
        }

        // A signal in the last step comes too late to stop anything.
        Assert.Equal(output.Length > 0 ? exitCode : 0, code);
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        SameRun.Assert(folder["straight"], folder["run"]);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task ACommandWithoutStepsEndsAtOnce(string signal, int exitCode)
    {
        SkipUnlessHeard(signal);
        string[] minutes = ["bench", "--mode", "train", "--layers", "12", "--hidden", "512", "--batch", "2048", "--threads", "1", "--quiet"];
        using Process process = Start(minutes);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(3), limit.Token);
            Signal(process, signal);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(exitCode, process.ExitCode);
    }

    // Sends the signal once the file is there and newer than the call, and once more when the first is answered.
    private static async Task<(int Code, string Output, string Error)> Interrupt(string[] arguments, string file, string signal, bool again)
    {
        DateTime begun = DateTime.UtcNow;
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        while (!(File.Exists(file) && File.GetLastWriteTimeUtc(file) >= begun))
        {
            await Task.Delay(10, limit.Token);
        }

        await Task.Delay(IntoTheNextStep, limit.Token);
        Signal(process, signal);
        var error = new System.Text.StringBuilder();
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            error.AppendLine(line);
            if (again && line.StartsWith("stopping at the end of this step", StringComparison.Ordinal))
            {
                Signal(process, signal);
            }
        }

        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, error.ToString());
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

    // A shell that puts a program into the background lets it, and all that it starts, ignore Ctrl-C.
    private static void SkipUnlessHeard(string signal)
    {
        const int Interrupt = 1 << 1;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by the shell");
        string? ignored = signal == "INT" && OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Split(':')[1].Trim() : null;
        Assert.SkipWhen(
            ignored is not null && (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0,
            "these tests were started in the background, where Ctrl-C is ignored");
    }

    private static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
