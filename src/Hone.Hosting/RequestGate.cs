using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hone.Hosting;

/// <summary>Who may ask: the key, and on loopback the name that the client used for this machine.</summary>
internal sealed class RequestGate
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private readonly byte[]? _keyHash;
    private readonly string[]? _hosts;

    public RequestGate(WebHostSettings settings, IPAddress address)
    {
        _keyHash = string.IsNullOrEmpty(settings.Key) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(settings.Key));

        // A web page can point a name of its own at 127.0.0.1 and so speak to this server as if it were its own site; the
        // Host header then still has that name.
        _hosts = IPAddress.IsLoopback(address) ? ["localhost", "127.0.0.1", "[::1]", address.ToString()] : null;
    }

    /// <exception cref="RequestProblemException">The request may not pass.</exception>
    public void Check(HttpRequest request)
    {
        if (_hosts is not null && !_hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestProblemException(403, "The Host header names another machine, expected localhost or 127.0.0.1.");
        }

        if (_keyHash is not null && request.Path != "/health" && !HasKey(request.Headers.Authorization.ToString()))
        {
            throw new RequestProblemException(401, "Unauthorized: expected the server's key as 'Authorization: Bearer KEY'.");
        }
    }

    // Hashes have one length, so that the time of the comparison tells nothing, not even how long the key is.
    private bool HasKey(string authorization) =>
        KeyOf(authorization) is string key
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _keyHash);

    // A client that is given nothing but an address, as OpenRLHF is for rewards, can carry the key in it alone:
    // http://any:KEY@host/ is sent as the password of a user.
    private static string? KeyOf(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] pair = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), pair, out int length)
            && pair.AsSpan(0, length).IndexOf((byte)':') is >= 0 and int colon
            ? Encoding.UTF8.GetString(pair, colon + 1, length - colon - 1)
            : null;
    }
}
