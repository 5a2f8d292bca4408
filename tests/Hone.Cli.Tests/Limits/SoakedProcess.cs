using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Limits;

/// <summary>The command in a process that is looked at from time to time: resident memory and open handles.</summary>
internal sealed class SoakedProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly List<(double Minute, double MiB, int Handles)> _samples = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _errors = [];

    private SoakedProcess(string name, Process process)
    {
        (_name, _process) = (name, process);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.Add(line.Data ?? "");
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    internal static SoakedProcess Start(params string[] arguments) => new(arguments[0], Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!);

    /// <summary>The address that the command says on stderr.</summary>
    internal async Task<Uri> AddressAsync(TimeSpan patience)
    {
        Match found = Match.Empty;
        await UntilAsync(() => (found = Regex.Match(Errors, @"http://127\.0\.0\.1:\d+")).Success, patience);
        return new Uri(found.Value + "/");
    }

    internal async Task UntilAsync(Func<bool> ready, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (!ready())
        {
            Assert.False(_process.HasExited, $"hone {_name} ended: {Errors}");
            Assert.True(watch.Elapsed < patience, $"hone {_name} is not ready: {Errors}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    internal void Sample()
    {
        Assert.False(_process.HasExited, $"hone {_name} ended: {Errors}");
        string resident = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        double kib = double.Parse(Regex.Match(resident, @"\d+").Value, CultureInfo.InvariantCulture);
        _samples.Add((_watch.Elapsed.TotalMinutes, kib / 1024, Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length));
    }

    /// <summary>MiB a minute: the least-squares line through the samples after the first share of the time.</summary>
    internal double MemorySlope(double warmUp)
    {
        (double Minute, double MiB, int Handles)[] warm = Warm(warmUp);
        double minute = warm.Average(sample => sample.Minute), mib = warm.Average(sample => sample.MiB);
        return warm.Sum(sample => (sample.Minute - minute) * (sample.MiB - mib)) / warm.Sum(sample => Math.Pow(sample.Minute - minute, 2));
    }

    /// <summary>Handles in the last quarter of the time beyond those at the end of the warm-up, by the median of each.</summary>
    internal int MoreHandles(double warmUp)
    {
        int[] handles = [.. Warm(warmUp).Select(sample => sample.Handles)];
        return Median(handles[^(handles.Length / 4)..]) - Median(handles[..(handles.Length / 4)]);
    }

    internal string Summary(double warmUp)
    {
        (double Minute, double MiB, int Handles)[] warm = Warm(warmUp);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"hone {_name}: {warm[0].MiB:F0} MiB at minute {warm[0].Minute:F1}, {warm[^1].MiB:F0} at {warm[^1].Minute:F1}, most {_samples.Max(sample => sample.MiB):F0}, slope {MemorySlope(warmUp):F3} MiB a minute; handles {warm.Min(sample => sample.Handles)} to {warm.Max(sample => sample.Handles)}, {MoreHandles(warmUp):+0;-0;0}");
    }

    /// <summary>Sends SIGTERM, which no shell lets its background jobs ignore as it does Ctrl-C, and gives the exit code.</summary>
    internal async Task<int> EndAsync(TimeSpan patience)
    {
        using (Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string Errors
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors);
            }
        }
    }

    private (double Minute, double MiB, int Handles)[] Warm(double warmUp) =>
        [.. _samples.Skip((int)(_samples.Count * warmUp))];

    private static int Median(int[] values) => values.Order().ElementAt(values.Length / 2);
}
