using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Commands;

/// <summary>Prompts scored through two `hone serve` processes over real HTTP, one of which is killed on the way.</summary>
public sealed class TwoServersTests
{
    private const int Rows = 500;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_are_those_of_the_local_engine_to_the_bit_though_one_server_dies()
    {
        string model = Shared.At("models/stories260K");
        using var folder = new TempFolder();
        string data = folder.Write("data.jsonl", [.. File.ReadLines(Shared.At("data/gsm8k/train.jsonl")).Take(Rows)]);
        HoneProcess.Run("score", "--model", model, "--data", data, "--out", folder["local.jsonl"]).Done();
        string[] local = File.ReadAllLines(folder["local.jsonl"]);

        await using ServeProcess first = await ServeProcess.StartAsync(model), second = await ServeProcess.StartAsync(model);
        string output = folder["served.jsonl"];
        using var error = new StringWriter();
        Task<Ran> scoring = Task.Run(() => HoneProcess.Run(
            ["score", "--server", first.Url, "--server", second.Url, "--data", data, "--out", output, "--json"],
            error, TimeProvider.System, default), Cancel);
        int before = await LinesAsync(output, Rows / 5, scoring);
        first.Kill();
        Ran ran = (await scoring).Done();
        Assert.InRange(before, Rows / 5, Rows - 1);
        Assert.Contains(first.Url.TrimEnd('/'), ran.Error, StringComparison.Ordinal);
        Assert.Equal(local.Length, (int)ran.Json["scored"]!);
        AssertSameScores(local, File.ReadAllLines(output));
    }

    // It waits half a minute for the server to come back.
    [Fact]
    [Trait("Category", "Long")]
    public async Task When_every_server_dies_what_is_scored_is_kept_and_another_run_does_the_rest()
    {
        Shared.OnlyWhenLong();
        string model = Shared.At("models/stories260K");
        using var folder = new TempFolder();
        string data = folder.Write("data.jsonl", [.. File.ReadLines(Shared.At("data/gsm8k/train.jsonl")).Take(Rows)]);
        HoneProcess.Run("score", "--model", model, "--data", data, "--out", folder["local.jsonl"]).Done();
        string output = folder["served.jsonl"];
        int kept;
        await using (ServeProcess only = await ServeProcess.StartAsync(model))
        {
            Task<Ran> scoring = Task.Run(() => HoneProcess.Run("score", "--server", only.Url, "--data", data, "--out", output), Cancel);
            await LinesAsync(output, Rows / 4, scoring);
            only.Kill();
            Ran stopped = await scoring;
            Assert.Equal(1, stopped.Code);
            kept = File.ReadAllLines(output).Length;
            Assert.InRange(kept, Rows / 4, Rows - 1);
        }

        await using ServeProcess next = await ServeProcess.StartAsync(model);
        JsonObject json = HoneProcess.Run("score", "--server", next.Url, "--data", data, "--out", output, "--json").Done().Json;
        Assert.Equal(kept, (int)json["resumed"]!);
        AssertSameScores(File.ReadAllLines(folder["local.jsonl"]), File.ReadAllLines(output));
    }

    // Every id once, and each line to the byte but for its place in the file.
    private static void AssertSameScores(string[] local, string[] served) =>
        Assert.Equal(local.Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));

    private static async Task<int> LinesAsync(string path, int least, Task scoring)
    {
        while (true)
        {
            int lines = File.Exists(path) ? File.ReadAllLines(path).Length : 0;
            if (lines >= least || scoring.IsCompleted)
            {
                return lines;
            }

            await Task.Delay(5, Cancel);
        }
    }

    /// <summary>`hone serve` as a process of its own, which ends with the test.</summary>
    private sealed class ServeProcess : IAsyncDisposable
    {
        private readonly Process _process;

        private ServeProcess(Process process, string url) => (_process, Url) = (process, url);

        public string Url { get; }

        public static async Task<ServeProcess> StartAsync(string model)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "hone.dll"), "serve", "--model", model, "--port", "0", "--threads", "1"])
            {
                start.ArgumentList.Add(argument);
            }

            Process process = Process.Start(start)!;
            var said = new List<string>();
            while (await process.StandardError.ReadLineAsync(Cancel) is { } line)
            {
                said.Add(line);
                if (Regex.Match(line, @"http://127\.0\.0\.1:\d+/") is { Success: true } url)
                {
                    process.BeginOutputReadLine();
                    _ = process.StandardError.ReadToEndAsync(Cancel);
                    return new ServeProcess(process, url.Value);
                }
            }

            process.Kill();
            process.Dispose();
            throw new InvalidOperationException("the server ended: " + string.Join('\n', said));
        }

        public void Kill() => _process.Kill();

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }
    }
}
