using System.CommandLine;

namespace Hone.Cli.Commands;

/// <summary>The options of a command that starts a run from a configuration, or goes on with one.</summary>
internal sealed class RunOptions
{
    private readonly string _recipe;
    private readonly Option<string> _config;
    private readonly Option<string[]> _set;
    private readonly Option<string> _resume = new("--resume")
    {
        Description = "Go on with a run from its newest checkpoint", HelpName = "RUN",
    };

    /// <summary>The options.</summary>
    /// <param name="recipe">A configuration to show as an example.</param>
    public RunOptions(string recipe)
    {
        _recipe = recipe;
        _config = new Option<string>("--config") { Description = $"YAML configuration, such as {recipe}", HelpName = "FILE" };
        _set = new Option<string[]>("--set")
        {
            Description = "Overrides a setting; dots reach into sections; may be repeated", HelpName = "KEY=VALUE",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
        };
    }

    /// <summary>Gives a command these options, and what it does: <paramref name="start"/> with a configuration and what overrides it, or
    /// <paramref name="resume"/> with a run's folder.</summary>
    public void Add(Command command, Func<string, string[], int> start, Func<string, int> resume)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
        command.Options.Add(_resume);
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(_config), run = parsed.GetValue(_resume);
            string[] overrides = parsed.GetValue(_set)!;
            if (file is null == run is null)
            {
                throw new UsageException($"expected either --config FILE or --resume RUN. Hint: try --config {_recipe}.");
            }

            if (run is not null && overrides.Length > 0)
            {
                throw new UsageException(
                    "--set does not go with --resume: a run goes on with its own settings. Hint: start a new run.");
            }

            return run is null ? start(file!, overrides) : resume(run);
        });
    }
}
