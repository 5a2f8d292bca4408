using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Hosting;
using Hone.Mutation;

namespace Hone.Dashboard.Tests;

/// <summary>
/// Damaged files of runs, each in a run of its own beside many others: every page and every answer comes, soon, with what can be
/// read; no text of the files is markup, and nothing that the program did not foresee is said in the background.
/// </summary>
public sealed partial class WatchMutationTests : IDisposable
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>";

    // Two steps of four, one more in the first, and four in the compressed third.
    private const int RolloutsOfARun = 13;

    // A server is asked five times for each case, so there are fewer of them than of a parser.
    private static readonly int Cases = MutationRun.Cases / 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly RunMaker _runs = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose()
    {
        _client.Dispose();
        _runs.Dispose();
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("metrics.jsonl")]
    [InlineData("evals.jsonl")]
    [InlineData("ranking.json")]
    [InlineData("deleted.jsonl")]
    [InlineData("rollouts/step-000001.jsonl")]
    [InlineData("rollouts/step-000003.jsonl.gz")]
    [InlineData("checkpoints/step-000002/config.json")]
    public async Task A_damaged_run(string name)
    {
        Make("sound");
        MutationCase[] cases = [.. Mutator.Cases(File.ReadAllBytes(_runs["sound", name]), Cases, MutationRun.Seed)];
        for (int i = 0; i < cases.Length; i++)
        {
            Make($"c{i}");
            File.WriteAllBytes(_runs[$"c{i}", name], cases[i].Bytes);
        }

        using var errors = new StringWriter();
        await using WatchServer server = await WatchServer.StartAsync(_runs.Root, new WebHostSettings(), TimeProvider.System, errors, Cancel);
        await UntilReadAsync(server, "sound");
        TimeSpan longest = default;
        for (int i = 0; i < cases.Length; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await AskAsync(server, $"c{i}");
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
            Assert.True(took < Patience, $"{cases[i].Kind} at {cases[i].At} took {took.TotalSeconds:F1} s");
        }

        JsonArray list = JsonNode.Parse(await Text(server, "api/runs"))!["runs"]!.AsArray();
        Assert.Equal(cases.Length + 1, list.Count);
        Check(await Text(server, ""));
        Assert.DoesNotMatch(Unforeseen(), errors.ToString());
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, 1L << 30);
        if (MutationRun.Long)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"live page ({name}): {cases.Length} cases, all answered, longest {longest.TotalMilliseconds:F0} ms for five questions"));
        }
    }

    private void Make(string run)
    {
        _runs.Run(run, 2, 4, prompts: 1);
        _runs.Settings(
            run, """{"command":"train","seed":1,"config":{"steps":4,"model":"MODEL","rank":{"hardest":10,"window":2}}}""".Replace("MODEL", Hostile, StringComparison.Ordinal));
        File.AppendAllText(_runs.RolloutFile(run, 1), RunMaker.Line(1, Hostile, 0, Hostile) + "\n");
        File.WriteAllBytes(_runs.RolloutFile(run, 3) + ".gz", RunMaker.Gzip(string.Concat(Enumerable.Range(0, 4).Select(i => RunMaker.Line(3, "p0", i) + "\n"))));
        File.AppendAllText(_runs[run, "metrics.jsonl"], $$"""{"step":3,"reward":0.5,"{{Hostile}}":1}""" + "\n");
        File.WriteAllText(_runs[run, "evals.jsonl"], $$"""{"step":2,"data_set":"{{Hostile}}","accuracy":0.25,"low":0.1,"high":0.4,"prompts":20,"samples":1}""" + "\n");
        File.WriteAllText(_runs[run, "ranking.json"], """{"pick":{"step":2},"checkpoints":[{"step":2,"score":0.5}]}""");
        File.WriteAllText(_runs[run, "deleted.jsonl"], """{"step":1,"reason":"keep"}""" + "\n");
        _runs.Checkpoints(run, 2);
    }

    private async Task UntilReadAsync(WatchServer server, string run)
    {
        for (long started = Stopwatch.GetTimestamp(); (int)JsonNode.Parse(await Text(server, $"api/runs/{run}"))!["rollouts"]!["count"]! < RolloutsOfARun;)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "the sound run is not read");
            await Task.Delay(50, Cancel);
        }
    }

    private async Task AskAsync(WatchServer server, string run)
    {
        string[] answers =
        [
            await Text(server, $"api/runs/{run}"), await Text(server, $"api/runs/{run}/samples"), await Text(server, $"runs/{run}"),
            await Text(server, $"runs/{run}/samples"), await Text(server, $"compare?run={run}"),
        ];
        foreach (string json in answers[..2])
        {
            JsonNode answer = JsonNode.Parse(json)!;
            Assert.DoesNotMatch(Unforeseen(), (string?)answer["trouble"] ?? "");
            Assert.DoesNotMatch(Unforeseen(), (string?)(answer["rollouts"] as JsonObject)?["problem"] ?? "");
        }

        Assert.All(answers[2..], Check);
    }

    private static void Check(string page)
    {
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, c => char.IsControl(c) && c is not ('\n' or '\t'));
    }

    private async Task<string> Text(WatchServer server, string path)
    {
        for (int again = 0; ; again++)
        {
            using HttpResponseMessage answer = await _client.GetAsync(new Uri(server.Host.Address, path), Cancel);
            string text = await answer.Content.ReadAsStringAsync(Cancel);

            // Of many runs some are let go of meanwhile, and are read again when asked for.
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null && again < 20)
            {
                await Task.Delay(100, Cancel);
                continue;
            }

            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {text}");
            return text;
        }
    }

    [GeneratedRegex("(Argument|InvalidOperation|NullReference|IndexOutOfRange|KeyNotFound|Overflow|Format|Json|InvalidCast)[A-Za-z]*Exception")]
    private static partial Regex Unforeseen();
}
