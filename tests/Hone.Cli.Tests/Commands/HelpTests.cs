using System.CommandLine;

namespace Hone.Cli.Tests.Commands;

/// <summary>The command line as its help documents it.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => ["quickstart", "data", "data arithmetic", "score", "select", "sft", "train", "merge", "rank", "sweep", "compare", "eval", "generate", "serve", "serve-rewards", "verify", "bench", "doctor"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void HelpHasExamplesThatParse(string name)
    {
        Ran ran = HoneProcess.Run([.. name.Split(' '), "--help"]).Done();
        Assert.Contains("Usage:", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(ran.Output.Split('\n'), line => line.TrimEnd().Length > 100);
        string[] examples =
        [
            .. ran.Output[ran.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Replace("\\\n     ", "", StringComparison.Ordinal).Split('\n').Skip(1)
                .Select(line => line.Trim()).Where(line => line.Length > 0),
        ];
        Assert.NotEmpty(examples);
        RootCommand root = HoneCommand.Create(new CommandContext { Output = TextWriter.Null, Error = TextWriter.Null });
        Assert.All(examples, example =>
        {
            Assert.StartsWith("hone " + name, example, StringComparison.Ordinal);
            Assert.Empty(root.Parse(example["hone ".Length..].Replace('\'', '"')).Errors);
        });
    }

    [Theory]
    [InlineData("quickstart", "--out", "--seed")]
    [InlineData("data arithmetic", "--count", "--level", "--seed", "--out")]
    [InlineData("score", "--model", "--data", "--out", "--target", "--field", "--json", "--check", "--samples")]
    [InlineData("select", "--scores", "--data", "--fraction", "--by", "--center", "--out", "--json")]
    [InlineData("sft", "--config", "--set")]
    [InlineData("train", "--config", "--set", "--resume")]
    [InlineData("merge", "--model", "--adapter", "--out", "--dtype")]
    [InlineData("rank", "--hardest", "--window", "--as", "--field", "--checkpoints", "--json", "--skip-invalid")]
    [InlineData("sweep", "--hardest", "--window", "--evals", "--as", "--field", "--checkpoints", "--json", "--skip-invalid")]
    [InlineData("compare", "--group", "--scores", "--window", "--seed", "--json")]
    [InlineData("eval", "--model", "--data", "--samples", "--json", "--reward", "--out")]
    [InlineData("doctor", "--model", "--json")]
    [InlineData("generate", "--model", "--prompt", "--temperature", "--max-tokens", "--logprobs", "--echo", "--json")]
    [InlineData("serve", "--model", "--host", "--port", "--name", "--cache-tokens", "--threads", "--weights")]
    [InlineData("verify", "--gold", "--answer", "--data", "--field", "--json")]
    public void EveryDocumentedOptionIsThereWithADescription(string name, params string[] options)
    {
        Command command = HoneCommand.Create(new CommandContext { Output = TextWriter.Null, Error = TextWriter.Null });
        foreach (string part in name.Split(' '))
        {
            command = command.Subcommands.Single(sub => sub.Name == part);
        }

        Assert.All(options, option => Assert.False(
            string.IsNullOrEmpty(command.Options.Single(found => found.Name == option).Description)));
    }

    [Fact]
    public void TheRootListsTheCommandsAndTheVersion()
    {
        Ran help = HoneProcess.Run("--help").Done();
        Assert.All(Commands, name => Assert.Contains($"  {name.Data.Split(' ')[0]} ", help.Output, StringComparison.Ordinal));
        Assert.Matches(@"^\d+\.\d+\.\d+", HoneProcess.Run("--version").Done().Output);
    }
}
