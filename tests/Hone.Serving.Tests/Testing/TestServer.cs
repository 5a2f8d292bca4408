using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Engine.Decoding;
using Hone.Hosting;
using Hone.Inference;
using Hone.Serving.Completions;

namespace Hone.Serving.Tests.Testing;

/// <summary>A served tiny model, a client of it, and the same model beside it to compare with.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TinyModel _served;
    private readonly HttpClient _client;

    private TestServer(TinyModel served, CompletionServer server)
    {
        _served = served;
        Server = server;
        _client = new HttpClient { BaseAddress = server.Host.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CompletionServer Server { get; }

    /// <summary>Weights of the same numbers that nobody else uses.</summary>
    public TinyModel Local { get; } = new();

    public HttpClient Client => _client;

    public static async Task<TestServer> StartAsync(
        int rows = 16, long cacheTokens = 4000, int maxPending = 4096, TimeSpan? limit = null, WebHostSettings? web = null)
    {
        var model = new TinyModel();
        CompletionServer server = await CompletionServer.StartAsync(
            model.Served, new EngineSettings { CacheTokens = cacheTokens, Rows = rows, MaxPending = maxPending },
            web ?? new WebHostSettings { StopTime = TimeSpan.FromMilliseconds(200) }, limit, Cancel);
        return new TestServer(model, server);
    }

    public Task<HttpResponseMessage> SendAsync(string path, string body, CancellationToken cancel) =>
        _client.PostAsync(path, Json(body), cancel);

    /// <summary>An answer of 200.</summary>
    public async Task<JsonObject> PostAsync(string path, string body)
    {
        using HttpResponseMessage answer = await SendAsync(path, body, Cancel);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public Task<JsonObject> CompleteAsync(string body) => PostAsync("v1/completions", body);

    public Task<JsonObject> ChatAsync(string body) => PostAsync("v1/chat/completions", body);

    /// <summary>The refusal of a request: its status and its error.</summary>
    public async Task<(int Status, JsonObject Error)> RefusedAsync(string path, string body)
    {
        using HttpResponseMessage answer = await SendAsync(path, body, Cancel);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        JsonObject error = JsonNode.Parse(text)!["error"]!.AsObject();
        Assert.Equal((int)answer.StatusCode, error["code"]!.GetValue<int>());
        return ((int)answer.StatusCode, error);
    }

    /// <summary>The parts of a streamed answer, which must end with [DONE].</summary>
    public async Task<JsonObject[]> StreamAsync(string path, string body)
    {
        using HttpResponseMessage answer = await SendAsync(path, body, Cancel);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, item => Assert.StartsWith("data: ", item, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(item => JsonNode.Parse(item["data: ".Length..])!.AsObject())];
    }

    /// <summary>What the model beside it completes, with the streams that a seed stands for.</summary>
    public IReadOnlyList<TextCompletion> Expected(string prompt, long seed, int count, int maxTokens, double temperature = 1) =>
        Local.Text.Complete(
            [new CompletionRequest(prompt, Streams(seed, count), maxTokens)],
            new Engine.Kernels.SamplingRule { Temperature = temperature }, cancel: Cancel);

    public static ulong[] Streams(long seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => i == 0 ? (ulong)seed : RandomNumbers.Seed((ulong)seed, (ulong)i))];

    /// <summary>Waits until nothing is in the engine.</summary>
    public async Task IdleAsync()
    {
        for (int i = 0; Server.Engine.Pending > 0 || Server.Engine.FreeCacheTokens < Server.Engine.CacheTokens; i++)
        {
            Assert.True(i < 500, $"{Server.Engine.Pending} pending, {Server.Engine.FreeCacheTokens} of {Server.Engine.CacheTokens} tokens free");
            await Task.Delay(20, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Server.DisposeAsync();
        _served.Dispose();
        Local.Dispose();
    }

    private static StringContent Json(string text) =>
        new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}

/// <summary>Short ways into answers.</summary>
internal static class AnswerExtensions
{
    public static JsonObject Choice(this JsonObject answer, int index = 0) => answer["choices"]![index]!.AsObject();

    public static string Text(this JsonNode? node) => node!.GetValue<string>();

    public static int[] Ints(this JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<int>())];

    public static string[] Texts(this JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<string>())];

    /// <summary>Numbers as a client reads them that parses floats.</summary>
    public static float?[] Floats(this JsonNode? node) => [.. node!.AsArray().Select(item => item is null ? (float?)null : Float(item))];

    public static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static float Float(this JsonNode node) =>
        float.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
