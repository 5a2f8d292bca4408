using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Hosting.Tests;

/// <summary>What every server of ours lets in, over real HTTP.</summary>
public sealed class LocalWebHostTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly HttpClient _client = new();

    [Fact]
    public async Task A_free_port_is_taken_and_the_endpoint_answers()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        Assert.Equal("127.0.0.1", host.Address.Host);
        Assert.NotEqual(0, host.Address.Port);
        HttpResponseMessage answer = await _client.GetAsync(new Uri(host.Address, "health"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.Headers.Server);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("localhost:80", 200)]
    [InlineData("[::1]:9", 200)]
    [InlineData("attacker.example", 403)]
    [InlineData("127.0.0.1.attacker.example", 403)]
    [InlineData("10.0.0.1", 403)]
    public async Task Loopback_is_asked_for_by_its_own_names_only(string name, int expected)
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, "health"));
        request.Headers.Host = name;
        Assert.Equal(expected, (int)(await _client.SendAsync(request, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer secre", 401)]
    [InlineData("Bearer secretx", 401)]
    [InlineData("Basic secret", 401)]
    [InlineData("Basic c2VjcmV0", 401)]
    [InlineData("Basic YW55OnNlY3JldHg=", 401)]
    [InlineData("Basic YW55OnNlY3JldA==", 200)]
    [InlineData("Bearer secret", 200)]
    [InlineData("bearer secret", 200)]
    public async Task A_key_is_asked_for_where_there_is_one(string? sent, int expected)
    {
        await using LocalWebHost host = await Start(new WebHostSettings { Key = "secret" });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "echo")) { Content = Json("{}") };
        request.Headers.TryAddWithoutValidation("Authorization", sent);
        HttpResponseMessage answer = await _client.SendAsync(request, Cancel);
        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(host.Address, "health"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Blanks_around_a_key_are_no_part_of_it()
    {
        await using LocalWebHost host = await Start(new WebHostSettings { Key = " secret\n" });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "echo")) { Content = Json("{}") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(request, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("{\"a\": 1}", "application/json", 200)]
    [InlineData("{\"a\": 1}", "application/json; charset=utf-8", 200)]
    [InlineData("{\"a\": 1}", "text/plain", 415)]
    [InlineData("{\"a\": 1}", null, 415)]
    [InlineData("{\"a\": NaN}", "application/json", 400)]
    [InlineData("{\"a\": 1", "application/json", 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("[1]", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    public async Task A_body_is_one_JSON_object(string body, string? type, int expected)
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        HttpResponseMessage answer = await _client.PostAsync(new Uri(host.Address, "echo"), content, Cancel);
        Assert.Equal(expected, (int)answer.StatusCode);
        if (expected != 200)
        {
            await CheckError(answer, "BadRequestError");
        }
    }

    [Fact]
    public async Task Nesting_has_a_bound()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        foreach ((int levels, int expected) in new[] { (60, 200), (65, 400), (100_000, 400) })
        {
            string deep = "{\"a\":" + new string('[', levels) + new string(']', levels) + "}";
            HttpResponseMessage answer = await _client.PostAsync(new Uri(host.Address, "echo"), Json(deep), Cancel);
            Assert.Equal(expected, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using LocalWebHost host = await Start(new WebHostSettings { MaxBodyBytes = 1000 });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "echo"))
        {
            Content = Json($"{{\"a\": \"{new string('x', 2000)}\"}}"),
        };
        request.Headers.ExpectContinue = true;
        HttpResponseMessage answer = await _client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await CheckError(answer, "BadRequestError");
    }

    [Fact]
    public async Task Unknown_paths_methods_and_failures_are_errors_in_one_shape()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        HttpResponseMessage missing = await _client.GetAsync(new Uri(host.Address, "v1/nothing"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await CheckError(missing, "NotFoundError");
        HttpResponseMessage method = await _client.GetAsync(new Uri(host.Address, "echo"), Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
        await CheckError(method, "BadRequestError");
        HttpResponseMessage failed = await _client.GetAsync(new Uri(host.Address, "fail"), Cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        JsonObject error = await CheckError(failed, "InternalServerError");
        Assert.DoesNotContain("inner details", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        HttpResponseMessage busy = await _client.GetAsync(new Uri(host.Address, "busy"), Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, busy.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), busy.Headers.RetryAfter!.Delta);
        Assert.Equal("tokens", (await CheckError(busy, "RateLimitError"))["param"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_line()
    {
        await using LocalWebHost first = await Start(new WebHostSettings());
        IOException error = await Assert.ThrowsAsync<IOException>(() => Start(new WebHostSettings { Port = first.Address.Port }));
        Assert.Contains($"port {first.Address.Port} of 127.0.0.1 is taken", error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("0.0.0.0", 0, null, "expected a key")]
    [InlineData("192.168.1.5", 0, "", "expected a key")]
    [InlineData("::", 0, null, "expected a key")]
    [InlineData("0.0.0.0", 0, "k", null)]
    [InlineData("0.0.0.0", 0, " \n", "holds nothing but blanks")]
    [InlineData("127.0.0.1", 0, " \n", "holds nothing but blanks")]
    [InlineData("127.0.0.1", 0, "", null)]
    [InlineData("::1", 0, null, null)]
    [InlineData("localhost", 65535, null, null)]
    [InlineData("localhost", 65536, null, "expected 0 to 65535")]
    [InlineData("localhost", -1, null, "expected 0 to 65535")]
    [InlineData("example.org", 0, "k", "expected an IP address or localhost")]
    public void Other_machines_are_let_in_with_a_key_only(string host, int port, string? key, string? problem)
    {
        string? said = new WebHostSettings { Host = host, Port = port, Key = key }.Problem();
        if (problem is null)
        {
            Assert.Null(said);
            return;
        }

        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.Contains("Hint:", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_lets_a_running_request_end()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        using var stop = new CancellationTokenSource();
        Task running = host.RunAsync(stop.Token);
        Task<HttpResponseMessage> slow = _client.GetAsync(new Uri(host.Address, "slow"), Cancel);
        await Task.Delay(100, Cancel);
        await stop.CancelAsync();
        await running;
        Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(new Uri(host.Address, "health"), Cancel));
    }

    [Fact]
    public async Task Half_a_request_is_given_up()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, Cancel);
        await socket.GetStream().WriteAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"a\""u8.ToArray(), Cancel);
        socket.Close();
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(host.Address, "health"), Cancel)).StatusCode);
    }

    /// <summary>240 bytes a second are asked for, after five seconds of grace.</summary>
    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        await using LocalWebHost host = await Start(new WebHostSettings());
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, Cancel);
        await socket.GetStream().WriteAsync(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\""u8.ToArray(), Cancel);
        using var reader = new StreamReader(socket.GetStream());
        string answer = await reader.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    public void Dispose() => _client.Dispose();

    private static Task<LocalWebHost> Start(WebHostSettings settings) => LocalWebHost.StartAsync(settings, Map, Cancel);

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", _ => Task.CompletedTask);
        routes.MapPost("/echo", async context =>
        {
            using System.Text.Json.JsonDocument body = await JsonBody.ReadAsync(context);
            await context.Response.WriteAsync(body.RootElement.GetRawText());
        });
        routes.MapGet("/fail", _ => throw new InvalidOperationException("inner details"));
        routes.MapGet("/busy", _ => throw new RequestProblemException(429, "Busy.", "tokens") { RetryAfter = 3 });
        routes.MapGet("/slow", context => Task.Delay(500, context.RequestAborted));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonObject> CheckError(HttpResponseMessage answer, string type)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        JsonObject error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"]!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(field => field.Key));
        Assert.Equal(type, error["type"]!.GetValue<string>());
        Assert.Equal((int)answer.StatusCode, error["code"]!.GetValue<int>());
        return error;
    }
}
