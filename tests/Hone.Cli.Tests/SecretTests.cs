using System.Diagnostics;
using Hone.Cli.Tests.Servers;
using Hone.Inference.Tests.Servers;

namespace Hone.Cli.Tests;

/// <summary>Keys of the environment go into the requests that they are for, and nowhere else.</summary>
public sealed class SecretTests : IDisposable
{
    private const string ClientKey = "sk-sesame-4711", ServerKey = "open-sesame-0815";

    private readonly ArithServers _servers = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _servers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void No_key_is_in_outputs_or_files()
    {
        _folder.Arithmetic("a.jsonl", 3);
        string? sent = null;
        Func<FakeRequest, FakeReply> shape = _servers.Shapes.Vllm(context: ArithServers.Context);
        FakeServer server = _servers.Start(request =>
        {
            sent = request.Headers.GetValueOrDefault("Authorization", sent ?? "");
            return shape(request);
        });
        FakeServer refusing = _servers.Start(_ => new FakeReply(401, $$$"""{"error":{"message":"no such key {{{ClientKey}}}"}}"""));
        (string[] Arguments, int Code)[] commands =
        [
            (["eval", "--server", server.Url, "--data", _folder["a.jsonl"], "--max-tokens", "4", "--out", _folder["eval"], "--json"], 0),
            (["score", "--server", server.Url, "--data", _folder["a.jsonl"], "--out", _folder["s.jsonl"]], 0),
            (["score", "--server", refusing.Url, "--data", _folder["a.jsonl"], "--out", _folder["t.jsonl"]], 1),
            (["sft", "--config", TinyRun.Sft(_folder), "--set", $"out={_folder["sft"]}"], 0),
            (["train", "--config", TinyRun.Train(_folder), "--set", $"out={_folder["train"]}"], 0),
            (["serve", "--model", "arith-base", "--host", "example.org"], 2),
            (["serve", "--model", "arith-base", "--host", "0.0.0.0", "--port", "99999"], 2),
            (["watch", _folder.Root, "--host", "example.org"], 2),
            (["doctor"], 0),
        ];
        foreach ((string[] arguments, int code) in commands)
        {
            (int ended, string output) = Run(arguments);
            Assert.True(code == ended, $"{string.Join(' ', arguments)}: {ended}\n{output}");
            Assert.DoesNotContain("sesame", output, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal($"Bearer {ClientKey}", sent);
        string[] files = Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Path.GetFileName(file) == "run.json");
        Assert.All(files, file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("sesame"u8)));
    }

    private static (int Code, string Output) Run(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HONE_API_KEY"] = ClientKey;
        start.Environment["OPENAI_API_KEY"] = ClientKey;
        start.Environment["HONE_SERVE_KEY"] = ServerKey;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors.Result);
    }
}
