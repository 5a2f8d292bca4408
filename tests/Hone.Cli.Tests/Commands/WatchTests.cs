using Hone.Hosting;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone watch` as a command: what it refuses.</summary>
public sealed class WatchTests
{
    [Theory]
    [InlineData("--host 0.0.0.0 can be reached from other machines, expected a key", "--host", "0.0.0.0")]
    [InlineData("--host :: can be reached from other machines, expected a key", "--host", "::")]
    [InlineData("--host example.org: expected an IP address or localhost", "--host", "example.org")]
    [InlineData("--port 70000: expected 0 to 65535", "--port", "70000")]
    public void Wrong_options_are_refused(string part, params string[] options)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(WebHostSettings.KeyVariable) is { Length: > 0 }, "a key is set");
        using var folder = new TempFolder();
        folder.Refuses(2, [part], ["watch", folder.Root, .. options]);
    }
}
