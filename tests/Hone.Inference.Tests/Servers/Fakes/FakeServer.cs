using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>A request as it came.</summary>
internal sealed record FakeRequest(string Method, string Path, JsonObject? Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>What is sent back, whole or broken.</summary>
internal sealed record FakeReply(int Status, string Body)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>More header lines.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>How long nothing comes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes of the body after which the connection is reset; -1 for a whole body, -2 for no answer at all.</summary>
    public int ResetAfter { get; init; } = -1;

    /// <summary>Pause between two bytes of the body.</summary>
    public TimeSpan Drip { get; init; }

    public static FakeReply Json(JsonNode body) => new(200, body.ToJsonString());

    public static FakeReply NotFound { get; } = new(404, """{"detail":"Not Found"}""");
}

/// <summary>A server on a port of its own that says what a test wants, down to half an answer; one connection a request.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<FakeRequest, FakeReply> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FakeRequest> _requests = [];
    private int _open;
    private int _mostOpen;

    public FakeServer(Func<FakeRequest, FakeReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    public ServerAddress Address => ServerAddress.Parse(Url);

    /// <summary>Most requests that were there at once.</summary>
    public int MostOpen => _mostOpen;

    public FakeRequest[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => Serve(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using TcpClient open = client;
        try
        {
            NetworkStream stream = client.GetStream();
            FakeRequest request = await Read(stream);
            lock (_requests)
            {
                _requests.Add(request);
                _mostOpen = Math.Max(_mostOpen, ++_open);
            }

            FakeReply reply;
            try
            {
                reply = _answer(request);
                await Task.Delay(reply.Delay, _stop.Token);
            }
            finally
            {
                lock (_requests)
                {
                    _open--;
                }
            }

            await Write(client, stream, reply);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task Write(TcpClient client, NetworkStream stream, FakeReply reply)
    {
        byte[] body = Encoding.UTF8.GetBytes(reply.Body);
        if (reply.ResetAfter != -2)
        {
            string head = string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP/1.1 {reply.Status} X\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n")
                + string.Concat(reply.Headers.Select(line => line + "\r\n")) + "\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
        }

        if (reply.ResetAfter == -1 && reply.Drip == TimeSpan.Zero)
        {
            await stream.WriteAsync(body, _stop.Token);
            return;
        }

        for (int i = 0; i < body.Length; i++)
        {
            if (reply.ResetAfter == -2 || i == reply.ResetAfter)
            {
                client.LingerState = new LingerOption(true, 0);
                client.Close();
                return;
            }

            await stream.WriteAsync(body.AsMemory(i, 1), _stop.Token);
            await Task.Delay(reply.Drip, _stop.Token);
        }
    }

    private async Task<FakeRequest> Read(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        string[] first = (await reader.ReadLineAsync(_stop.Token) ?? throw new IOException("no request")).Split(' ');
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        bool chunked = headers.GetValueOrDefault("Transfer-Encoding") == "chunked";
        string body = chunked ? await ReadChunks(reader) : await ReadLength(reader, headers.GetValueOrDefault("Content-Length"));
        return new FakeRequest(first[0], first[1], body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : null, headers);
    }

    // Lengths count bytes, and the reader gives characters.
    private async Task<string> ReadLength(StreamReader reader, string? length)
    {
        int bytes = int.Parse(length ?? "0", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        char[] one = new char[1];
        while (bytes > 0 && await reader.ReadAsync(one.AsMemory(), _stop.Token) == 1)
        {
            text.Append(one[0]);
            bytes -= char.IsHighSurrogate(one[0]) ? 4 : char.IsLowSurrogate(one[0]) ? 0 : Encoding.UTF8.GetByteCount(one);
        }

        return text.ToString();
    }

    private async Task<string> ReadChunks(StreamReader reader)
    {
        var text = new StringBuilder();
        while (true)
        {
            string size = await reader.ReadLineAsync(_stop.Token) ?? "0";
            if (int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture) == 0)
            {
                return text.ToString();
            }

            text.Append(await ReadLength(reader, int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)));
            await reader.ReadLineAsync(_stop.Token);
        }
    }
}
