using System.Text.Json.Nodes;

namespace Hone.Cli.Tests;

/// <summary>What a command line left behind: exit code, stdout and stderr.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    internal JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    internal string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts that it went well, and gives itself back.</summary>
    internal Ran Done()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>Runs the command in this process, as Program.cs does.</summary>
internal static class HoneProcess
{
    internal static Ran Run(params string[] arguments) => Run(arguments, new StringWriter(), TimeProvider.System, default);

    /// <summary>With a clock that makes every progress report due.</summary>
    internal static Ran RunReporting(params string[] arguments) => Run(arguments, new StringWriter(), new JumpingTime(), default);

    internal static Ran Run(string[] arguments, StringWriter error, TimeProvider time, CancellationToken cancel)
    {
        using var output = new StringWriter();
        var context = new CommandContext { Output = output, Error = error, Time = time, Cancel = cancel };
        int code = HoneCommand.Run(arguments, context);
        return new Ran(code, output.ToString(), error.ToString());
    }
}
