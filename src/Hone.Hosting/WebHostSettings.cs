using System.Net;

namespace Hone.Hosting;

/// <summary>Where a server listens and what it lets in.</summary>
public sealed record WebHostSettings
{
    /// <summary>The environment variable with the key that requests must carry.</summary>
    public const string KeyVariable = "HONE_SERVE_KEY";

    /// <summary>Address to listen on: an IP address or `localhost`.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// What requests must carry as `Authorization: Bearer KEY`; null or empty for nothing, which only loopback allows.
    /// `/health` answers without it. Blanks around it, as a file that ends with a line has them, are no part of it.
    /// </summary>
    public string? Key { get; init => field = value is "" ? null : value?.Trim(); }

    /// <summary>Headers that every answer has, errors too.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Most bytes of a request's body; more is answered with 413.</summary>
    public long MaxBodyBytes { get; init; } = 32L << 20;

    /// <summary>Most connections at a time; further ones are closed.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long running requests may take to end once the server stops.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The address, or null where <see cref="Host"/> is neither an IP address nor `localhost`.</summary>
    public IPAddress? Address =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(Host, out IPAddress? address) ? address
        : null;

    /// <summary>What is wrong with the settings, in a line for the user; null where nothing is.</summary>
    public string? Problem()
    {
        if (Address is not { } address)
        {
            return $"--host {Host}: expected an IP address or localhost. Hint: 127.0.0.1 is this machine alone, 0.0.0.0 every network.";
        }

        if (Port is < 0 or > IPEndPoint.MaxPort)
        {
            return $"--port {Port}: expected 0 to {IPEndPoint.MaxPort}. Hint: 0 takes a free port.";
        }

        if (Key is "")
        {
            return $"{KeyVariable} holds nothing but blanks, expected a key. Hint: unset it to ask for no key on this machine alone.";
        }

        return IPAddress.IsLoopback(address) || !string.IsNullOrEmpty(Key)
            ? null
            : $"--host {Host} can be reached from other machines, expected a key that requests must carry. "
                + $"Hint: set the environment variable {KeyVariable}, or leave --host out.";
    }
}
