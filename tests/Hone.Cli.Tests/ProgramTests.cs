using System.Diagnostics;

namespace Hone.Cli.Tests;

/// <summary>The built program as its own process: its streams, its exit codes, its current folder.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("generate --model arith-base --prompt 1+1= --echo --max-tokens 0 --quiet", 0, "1+1=\n", "")]
    [InlineData("rank nowhere", 3, "", "error: nowhere: no such file, expected one that exists. Hint: ")]
    [InlineData("rank --hardest 0 nowhere", 2, "", "error: --hardest 0: expected above 0, at most 100. Hint: ")]
    public async Task ExitCodesAndStreamsAreThoseOfTheCommand(string arguments, int code, string output, string error)
    {
        using var folder = new TempFolder();
        var start = new ProcessStartInfo("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "hone.dll")}\" {arguments}")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Root,
        };
        start.Environment["LC_ALL"] = "de_DE.UTF-8";
        using Process process = Process.Start(start)!;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<string> reading = process.StandardError.ReadToEndAsync(cancel);
        Assert.Equal(output, await process.StandardOutput.ReadToEndAsync(cancel));
        string errors = await reading;
        await process.WaitForExitAsync(cancel);
        Assert.StartsWith(error, errors, StringComparison.Ordinal);
        Assert.Equal(error.Length == 0 ? 0 : 1, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(code, process.ExitCode);
        Assert.Empty(folder.Content);
    }
}
