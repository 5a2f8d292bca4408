using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Hosting;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone serve` as a command: what it refuses, what it says, and that it stops.</summary>
public sealed class ServeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--host 0.0.0.0 can be reached from other machines, expected a key", "--host", "0.0.0.0")]
    [InlineData("--host example.org: expected an IP address or localhost", "--host", "example.org")]
    [InlineData("--port 70000: expected 0 to 65535", "--port", "70000")]
    [InlineData("--port http: expected a whole number", "--port", "http")]
    [InlineData("--cache-tokens -5: expected 64 or more, or 0", "--cache-tokens", "-5")]
    [InlineData("--cache-tokens 63: expected 64 or more, or 0", "--cache-tokens", "63")]
    [InlineData("--cache-tokens 100000000000000: 2560 bytes each are more than the ", "--cache-tokens", "100000000000000")]
    [InlineData("--weights f16: expected f32, bf16", "--weights", "f16")]
    public void Wrong_options_are_refused(string part, params string[] options)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(WebHostSettings.KeyVariable) is { Length: > 0 }, "a key is set");
        using var folder = new TempFolder();
        folder.Refuses(2, [part], ["serve", "--model", "arith-base", .. options]);
    }

    [Fact]
    public void A_model_is_wanted_that_is_there()
    {
        using var folder = new TempFolder();
        folder.Refuses(2, ["Option '--model' is required."], ["serve"]);
        folder.Refuses(3, ["no such model folder"], ["serve", "--model", folder["nowhere"]]);
    }

    [Fact]
    public void A_taken_port_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Ran ran = HoneProcess.Run("serve", "--model", "arith-base", "--port", port, "--threads", "1", "--quiet");
        Assert.Equal(1, ran.Code);
        Assert.Equal($"error: port {port} of 127.0.0.1 is taken, expected a free one. Hint: another --port, or --port 0 for any free one.", ran.ErrorLines.Single());
    }

    [Fact]
    public Task The_embedded_model_answers_as_the_command_line_does() => Compare("arith-base", "23+4*7=");

    [Fact]
    public Task A_model_with_a_beginning_token_answers_as_the_command_line_does() =>
        Compare(Shared.At("models/stories260K"), "Once upon a time there was a caf\u00e9");

    [Fact]
    public async Task Completions_are_scored_over_it_as_without_it()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 60);
        string[] score = ["score", "--data", data, "--target", "completion", "--max-tokens", "8", "--out"];
        HoneProcess.Run([.. score, folder["local.jsonl"], "--model", "arith-base"]).Done();
        await using Served served = await Served.StartAsync("serve", "--model", "arith-base", "--port", "0", "--threads", "1", "--quiet");
        HoneProcess.Run([.. score, folder["served.jsonl"], "--server", served.Url]).Done();
        Assert.Equal(await File.ReadAllTextAsync(folder["local.jsonl"], Cancel), await File.ReadAllTextAsync(folder["served.jsonl"], Cancel));
    }

    [Fact]
    public async Task A_cache_that_is_shorter_than_the_context_is_told()
    {
        await using Served served = await Served.StartAsync(
            "serve", "--model", "arith-base", "--port", "0", "--threads", "1", "--quiet", "--cache-tokens", "64");
        await served.StopAsync();
        string warning = Assert.Single(served.Said, line => line.StartsWith("warning: ", StringComparison.Ordinal));
        Assert.Matches(@"the cache holds \d+ tokens of a sequence, the model has \d+ positions; .* Hint: a larger --cache-tokens\.$", warning);
    }

    private static async Task Compare(string model, string prompt)
    {
        JsonObject generated = HoneProcess.Run(
            "generate", "--model", model, "--prompt", prompt, "--echo", "--max-tokens", "12", "--temperature", "0.9", "--seed", "5",
            "--logprobs", "--json", "--threads", "1").Done().Json;
        await using Served served = await Served.StartAsync("serve", "--model", model, "--port", "0", "--threads", "1", "--quiet");
        string body = new JsonObject
        {
            ["prompt"] = prompt, ["echo"] = true, ["max_tokens"] = 12, ["temperature"] = 0.9, ["seed"] = 5, ["logprobs"] = 0,
            ["return_token_ids"] = true,
        }.ToJsonString();
        JsonNode choice = (await served.PostAsync("v1/completions", body))["choices"]![0]!;
        int[] tokens = [.. choice["prompt_token_ids"]!.AsArray().Concat(choice["token_ids"]!.AsArray()).Select(id => id!.GetValue<int>())];
        Assert.Equal(generated["tokens"]!.AsArray().Select(id => id!.GetValue<int>()), tokens);
        Assert.Equal(
            generated["logprobs"]!.AsArray().Select(value => value is null ? (float?)null : (float)value.GetValue<double>()),
            choice["logprobs"]!["token_logprobs"]!.AsArray().Select(value => value is null ? (float?)null : (float)value.GetValue<double>()));
        string models = await served.GetAsync("v1/models");
        Assert.Equal(Path.GetFileName(model), JsonNode.Parse(models)!["data"]![0]!["id"]!.GetValue<string>());
        Assert.Equal(0, await served.StopAsync());
    }

    /// <summary>The command in this process, on a port of its own.</summary>
    private sealed class Served : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly HttpClient _client = new();
        private readonly Task<int> _running;

        private readonly Lines _lines;

        private Served(string[] arguments, Lines error)
        {
            _lines = error;
            _running = Task.Run(() => HoneCommand.Run(
                arguments, new CommandContext { Output = TextWriter.Null, Error = error, Cancel = _stop.Token }));
        }

        public string Url => _client.BaseAddress!.ToString();

        public IReadOnlyCollection<string> Said => _lines.All;

        public static async Task<Served> StartAsync(params string[] arguments)
        {
            var lines = new Lines();
            var served = new Served(arguments, lines);
            string line = await await Task.WhenAny(lines.First, served._running.ContinueWith(task => $"ended with {task.Result}", Cancel));
            Match url = Regex.Match(line, @"^serving \S+ at (http://127\.0\.0\.1:\d+/) \(longest sequence \d+ tokens");
            Assert.True(url.Success, line);
            served._client.BaseAddress = new Uri(url.Groups[1].Value);
            return served;
        }

        public Task<string> GetAsync(string path) => _client.GetStringAsync(path, Cancel);

        public async Task<JsonObject> PostAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await _client.PostAsync(path, content, Cancel);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!.AsObject();
        }

        public async Task<int> StopAsync()
        {
            await _stop.CancelAsync();
            return await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
            _stop.Dispose();
        }
    }

    private sealed class Lines : TextWriter
    {
        private readonly TaskCompletionSource<string> _first = new();

        public Task<string> First => _first.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public ConcurrentQueue<string> All { get; } = new();

        public override void WriteLine(string? value)
        {
            All.Enqueue(value ?? "");
            _first.TrySetResult(value ?? "");
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
