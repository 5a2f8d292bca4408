using System.CommandLine;
using Hone.Hosting;

namespace Hone.Cli.Commands;

/// <summary>The options that say where a server of ours listens.</summary>
/// <param name="defaultPort">The port unless another is given.</param>
internal sealed class ListenOptions(int defaultPort)
{
    /// <summary>The address.</summary>
    public Option<string> Host { get; } = new("--host")
    {
        Description = $"Address to listen on; one that other machines reach wants a key in {WebHostSettings.KeyVariable}",
        HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1",
    };

    /// <summary>The port.</summary>
    public Option<int> Port { get; } = new("--port")
    {
        Description = "Port; 0 takes a free one", HelpName = "N", DefaultValueFactory = _ => defaultPort,
    };

    /// <summary>Where to listen, with the key of the environment.</summary>
    /// <exception cref="UsageException">Address, port and key do not go together.</exception>
    public WebHostSettings Settings(ParseResult parsed)
    {
        var settings = new WebHostSettings
        {
            Host = parsed.GetRequiredValue(Host), Port = parsed.GetValue(Port),
            Key = Environment.GetEnvironmentVariable(WebHostSettings.KeyVariable),
        };
        return settings.Problem() is { } problem ? throw new UsageException(problem) : settings;
    }
}
