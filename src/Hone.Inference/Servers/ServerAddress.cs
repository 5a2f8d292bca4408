namespace Hone.Inference.Servers;

/// <summary>Where a server is, as the user names it: `http://host:8000`, with or without `/v1`.</summary>
public sealed class ServerAddress
{
    private const string OpenAiKey = "OPENAI_API_KEY";
    private const string Key = "HONE_API_KEY";

    private ServerAddress(Uri root) => Root = root;

    /// <summary>The address that paths such as `v1/models` are relative to; ends in a slash.</summary>
    public Uri Root { get; }

    /// <summary>The address as messages show it.</summary>
    public string Name => Root.AbsoluteUri.TrimEnd('/');

    /// <summary>Reads an address.</summary>
    /// <exception cref="InvalidDataException">It is none, or holds a user name, a password or a query.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Example = "Hint: for example http://localhost:8000.";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
        {
            // What cannot be read as an address may hold a password all the same.
            string shown = text.Contains('@', StringComparison.Ordinal) ? "" : $" '{ServerText.OneLine(text)}'";
            throw new InvalidDataException($"the server address{shown} is none, expected http:// or https:// and a host. {Example}");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw new InvalidDataException(
                $"the server address of {uri.Host} holds a user name or password, expected none. Hint: put a key into {Key}.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new InvalidDataException(
                $"the server address of {uri.Host} has a query or a fragment, expected host, port and path. {Example}");
        }

        string path = uri.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path;
        return new ServerAddress(new Uri(uri.GetLeftPart(UriPartial.Authority) + path + "/"));
    }

    /// <summary>
    /// The key for this server: HONE_API_KEY, else OPENAI_API_KEY for OpenAI's own host over https; null for none. Keys come from the
    /// environment only.
    /// </summary>
    /// <param name="environment">Reads a variable.</param>
    /// <exception cref="InvalidDataException">The key holds what no header can.</exception>
    public string? KeyFrom(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string name = Key;
        string? key = environment(Key);
        if (string.IsNullOrWhiteSpace(key) && Root.Host == "api.openai.com" && Root.Scheme == Uri.UriSchemeHttps)
        {
            name = OpenAiKey;
            key = environment(OpenAiKey);
        }

        key = key?.Trim();
        return string.IsNullOrEmpty(key) ? null
            : key.All(c => c is > ' ' and <= '~') ? key
            : throw new InvalidDataException(
                $"{name} holds blanks or characters outside ASCII, expected a key as the server gave it. Hint: set it again.");
    }
}
