using System.Diagnostics;
using System.Globalization;

namespace Hone.Cli.Tests.Faults;

/// <summary>
/// Short runs that are killed (SIGKILL) at random moments, again and again, and end with the bytes of a run that was not.
/// HONE_KILLS says how many times, and without it there are none; the moments follow from a seed, though not what the process is
/// doing then.
/// </summary>
[Trait("Category", "Long")]
public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rank: {window: 100}")]
    [InlineData("rank: {window: 3, hardest: 20}", "keep: {best: 1}", "guard: {spike: 1.2}")]
    public void RunsThatAreKilledEndWithTheBytesOfAStraightOne(params string[] settings)
    {
        string data = _folder.Arithmetic("held.jsonl", 4, level: 1, seed: 5);
        Survives("train", TinyRun.Train(_folder, [$"eval: {{data: {data}, every: 2}}", .. settings]), "steps=12", "save_every=3");
    }

    [Fact]
    public void SupervisedRunsDoToo() =>
        Survives("sft", TinyRun.Sft(_folder, "lora: {rank: 2, dropout: 0.1}"), "steps=40", "save_every=7");

    private void Survives(string command, string config, params string[] settings)
    {
        Shared.OnlyWhenLong();
        string? asked = Environment.GetEnvironmentVariable("HONE_KILLS");
        Assert.SkipWhen(asked is null, "kills processes at moments of their own; set HONE_KILLS to a number to run it");
        int kills = int.Parse(asked!, CultureInfo.InvariantCulture);
        string[] begin = [command, "--config", config, .. settings.SelectMany(setting => new[] { "--set", setting }), "--set"];
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, Run([.. begin, $"out={_folder["straight"]}"], Longest));
        TimeSpan whole = watch.Elapsed;
        var random = new Random(17);
        int killed = 0, runs = 0;
        while (killed < kills)
        {
            string run = _folder[$"run{++runs}"];
            int? code = null;
            for (int tries = 0; code is null; tries++)
            {
                string[] arguments = File.Exists(Path.Combine(run, "run.json")) ? [command, "--resume", run] : [.. begin, $"out={run}"];

                // After so many tries the rest is let through, so that every run is compared.
                code = Run(arguments, killed < kills && tries < 8 ? whole * random.NextDouble() : Longest);
                killed += code is null ? 1 : 0;
            }

            Assert.Equal(0, code);
            SameRun.Assert(_folder["straight"], run);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"hone {command}: {killed} kills in {runs} runs");
    }

    // The exit code, or null where the process was killed after the time it was given.
    private static int? Run(string[] arguments, TimeSpan time)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments, "--quiet"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(time))
        {
            process.Kill();
            process.WaitForExit();
            return null;
        }

        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}\n{errors.Result}{output.Result}");
        return process.ExitCode;
    }
}
