using System.Diagnostics;
using System.Globalization;

namespace Hone.Cli.Tests.Limits;

/// <summary>The command in a process of its own, so that its memory can be told.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Output">Stdout and stderr.</param>
/// <param name="PeakBytes">The most memory that it held: VmHWM of Linux.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ChildProcess(int Code, string Output, long PeakBytes, TimeSpan Time)
{
    internal static ChildProcess Run(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "peak memory is read from /proc");
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(50))
        {
            peak = Math.Max(peak, Peak(process.Id));
        }

        process.WaitForExit();
        return new ChildProcess(process.ExitCode, output.Result + errors.Result, peak, watch.Elapsed);
    }

    private static long Peak(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
