using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Inference.Servers;

/// <summary>
/// JSON over HTTP to one server: bounded in time and size, every failure a <see cref="ServerException"/>. The key goes to the
/// address that was named and, as the HTTP handler drops it on every redirect, to no other.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int MostRedirects = 3;
    private const int LongestShown = 60;
    private const int LongestMasked = 1 << 16;
    private readonly ServerOptions _options;
    private readonly HttpClient _client;
    private readonly string? _key;

    internal ServerConnection(ServerAddress address, ServerOptions options)
    {
        Address = address;
        _options = options;
        _key = address.KeyFrom(options.Environment);
        Limit = options.Timeout;
        if (_key is not null && address.Root.Scheme == Uri.UriSchemeHttp && !address.Root.IsLoopback)
        {
            options.Warn($"{Name}: the key goes over plain http, where others can read it. Hint: use https, or unset HONE_API_KEY.");
        }

        _client = new HttpClient(new SocketsHttpHandler
        {
            MaxAutomaticRedirections = MostRedirects,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = address.Root,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    internal ServerAddress Address { get; }

    internal string Name => Address.Name;

    /// <summary>Longest time from sending a request to the last byte of its answer.</summary>
    internal TimeSpan Limit { get; set; }

    public void Dispose() => _client.Dispose();

    /// <summary>A failure of this server's, without the key.</summary>
    internal ServerException Fault(string what, string hint, ServerProblem problem = ServerProblem.Failing) =>
        new(Name, what, hint, problem, key: _key);

    /// <summary>The server's words in one line that is not too long, without the key.</summary>
    internal string OneLine(string text) => ServerText.OneLine(text, _key);

    /// <summary>The server's words without the key.</summary>
    internal string Masked(string text) => ServerText.Masked(text, _key);

    /// <summary>The answer to a GET request; null where the server has no such route, or answers with something else than JSON.</summary>
    internal async Task<ServerAnswer?> Find(string path, CancellationToken cancel)
    {
        (HttpStatusCode status, byte[] body, TimeSpan? wait) =
            await Send(HttpMethod.Get, path, null, cancel).ConfigureAwait(false);
        if ((int)status is 401 or 403 or 429 or 502 or 503 or 504)
        {
            throw Refusal(status, path, body, wait);
        }

        return (int)status == 200 && ServerAnswer.TryParse(this, path, body) is { } answer ? answer : null;
    }

    /// <summary>The answer to a POST request.</summary>
    internal async Task<ServerAnswer> Post(string path, JsonObject request, CancellationToken cancel)
    {
        (HttpStatusCode status, byte[] body, TimeSpan? wait) =
            await Send(HttpMethod.Post, path, request, cancel).ConfigureAwait(false);
        if ((int)status is < 200 or > 299)
        {
            throw Refusal(status, path, body, wait);
        }

        return ServerAnswer.TryParse(this, path, body) ?? throw Fault(
            $"/{path} answered {Shown(body)}, expected JSON", "check that the address is that of an inference server",
            ServerProblem.Wrong);
    }

    private async Task<(HttpStatusCode Status, byte[] Body, TimeSpan? Wait)> Send(
        HttpMethod method, string path, JsonObject? request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            using var message = new HttpRequestMessage(method, path);
            message.Content = request is null ? null : Content(request);
            if (_key is not null)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
            }

            using HttpResponseMessage answer =
                await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            byte[] body = await Read(answer, path, limit.Token).ConfigureAwait(false);
            return (answer.StatusCode, body, Wait(answer.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            string time = Limit.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
            throw new ServerException(
                Name, $"/{path} did not answer in full within {time} s", "check the server's load, or ask it for less at once")
            {
                TimedOut = true,
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException and not ServerException)
        {
            throw new ServerException(
                Name, $"no answer from /{path} ({OneLine(error.GetBaseException().Message)})",
                "check that the server runs and that the address is right", cause: error, key: _key);
        }
    }

    private async Task<byte[]> Read(HttpResponseMessage answer, string path, CancellationToken cancel)
    {
        ServerException TooLarge() => new(
            Name, $"/{path} answered with more than {_options.LongestAnswer >> 20} MiB, expected less",
            "check that the address is that of an inference server");

        if (answer.Content.Headers.ContentLength > _options.LongestAnswer)
        {
            throw TooLarge();
        }

        Stream stream = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(16384);
        int read;
        while ((read = await stream.ReadAsync(body.GetMemory(16384), cancel).ConfigureAwait(false)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > _options.LongestAnswer)
            {
                throw TooLarge();
            }
        }

        return body.WrittenSpan.ToArray();
    }

    private ServerException Refusal(HttpStatusCode status, string path, byte[] body, TimeSpan? wait)
    {
        int code = (int)status;
        string said = ServerAnswer.Complaint(body) is { } complaint ? $"'{OneLine(complaint)}'" : Shown(body);
        string what = $"/{path} answered {code}, {said}";
        ServerProblem problem = code switch
        {
            429 => ServerProblem.Busy,
            408 or >= 500 => ServerProblem.Failing,
            _ when TooLongMessages.Match(said) => ServerProblem.TooLong,
            _ => ServerProblem.Refused,
        };
        string hint = code switch
        {
            401 or 403 => "set HONE_API_KEY to the server's key; redirects do not carry it, so name the final address",
            404 => "check the address and the model's name",
            429 => "lower --concurrency",
            _ when problem == ServerProblem.TooLong => "lower --max-tokens, or give --tokenizer DIR, which leaves out what does not fit",
            >= 500 => "see the server's log",
            _ => "see the server's documentation",
        };
        return new ServerException(Name, what, hint, problem, key: _key) { RetryAfter = wait, Status = code };
    }

    private string Shown(byte[] body)
    {
        // Masked before it is cut, or the front of a key could stay.
        string text = Masked(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestMasked))));
        return body.Length == 0 ? "nothing" : $"'{OneLine(text[..Math.Min(text.Length, LongestShown)])}{(text.Length > LongestShown ? "..." : "")}'";
    }

    // With its length, which small servers and proxies need.
    private static ByteArrayContent Content(JsonObject request)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(request));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - DateTimeOffset.UtcNow;
        return wait > TimeSpan.Zero ? wait : null;
    }
}
