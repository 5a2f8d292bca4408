using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>Many requests at a time: each gets what it would get alone, none is lost, and nothing stays behind.</summary>
public class ConcurrencyTests
{
    [Fact]
    public async Task Sixty_four_requests_at_once_get_what_each_gets_alone()
    {
        await using TestServer server = await TestServer.StartAsync(rows: 7, cacheTokens: 1500);
        string[] bodies = [.. Enumerable.Range(0, 64).Select(Body)];
        JsonObject[] together = await Task.WhenAll(bodies.Select(server.CompleteAsync));
        for (int i = 0; i < bodies.Length; i++)
        {
            JsonObject alone = await server.CompleteAsync(bodies[i]);
            Assert.Equal(alone["choices"]!.ToJsonString(), together[i]["choices"]!.ToJsonString());
        }

        await server.IdleAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_frees_its_place()
    {
        await using TestServer server = await TestServer.StartAsync(rows: 2, cacheTokens: 600);
        foreach (bool stream in new[] { false, true })
        {
            using var leave = new CancellationTokenSource();
            string body = $$"""{"prompt":"a","max_tokens":240,"n":500,"ignore_eos":true,"stream":{{(stream ? "true" : "false")}}}""";
            Task<HttpResponseMessage> request = server.SendAsync("v1/completions", body, leave.Token);
            while (server.Server.Engine.Pending == 0)
            {
                await Task.Delay(5, TestServer.Cancel);
            }

            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            await server.IdleAsync();
        }
    }

    [Fact]
    public async Task Too_many_waiting_are_turned_away_until_there_is_room()
    {
        await using TestServer server = await TestServer.StartAsync(rows: 1, maxPending: 20);
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> first = server.SendAsync(
            "v1/completions", """{"prompt":"a","max_tokens":240,"n":500,"ignore_eos":true}""", leave.Token);
        while (server.Server.Engine.Pending == 0)
        {
            await Task.Delay(5, TestServer.Cancel);
        }

        using HttpResponseMessage refused = await server.SendAsync("v1/completions", """{"prompt":"a"}""", TestServer.Cancel);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await server.IdleAsync();
        await server.CompleteAsync("""{"prompt":"a"}""");
    }

    [Fact]
    public async Task A_request_beyond_its_time_is_given_up()
    {
        await using TestServer server = await TestServer.StartAsync(rows: 1, limit: TimeSpan.FromMilliseconds(50));
        (int status, JsonObject error) = await server.RefusedAsync(
            "v1/completions", """{"prompt":"a","max_tokens":240,"n":1000,"ignore_eos":true}""");
        Assert.Equal(503, status);
        Assert.Contains("took longer", error["message"].Text(), StringComparison.Ordinal);
        await server.IdleAsync();
    }

    [Fact]
    public async Task Stopping_ends_what_runs()
    {
        TestServer server = await TestServer.StartAsync(rows: 1);
        Task<HttpResponseMessage> running = server.SendAsync(
            "v1/completions", """{"prompt":"a","max_tokens":240,"n":1000,"ignore_eos":true}""", TestServer.Cancel);
        while (server.Server.Engine.Pending == 0)
        {
            await Task.Delay(5, TestServer.Cancel);
        }

        var watch = Stopwatch.StartNew();
        await server.Server.Host.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => (await running).EnsureSuccessStatusCode());
        await server.DisposeAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    // Completions and scores of many lengths, streamed and not.
    internal static string Body(int i)
    {
        string prompt = new((char)('a' + (i % 26)), 1 + (i * 13 % 90));
        return (i % 3) switch
        {
            0 => $$"""{"prompt":"{{prompt}}","echo":true,"max_tokens":0,"logprobs":{{i % 4}}}""",
            1 => $$"""{"prompt":"{{prompt}}","max_tokens":{{1 + (i * 7 % 60)}},"seed":{{i}},"n":{{1 + (i % 3)}},"logprobs":{{i % 5}},"temperature":{{0.5 + (i % 2)}}}""",
            _ => $$"""{"prompt":["{{prompt}}","{{i}}"],"max_tokens":{{1 + (i * 5 % 40)}},"seed":{{i}},"echo":true,"logprobs":0,"prompt_logprobs":2}""",
        };
    }
}
