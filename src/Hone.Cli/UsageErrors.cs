using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hone.Cli;

/// <summary>Says what is wrong with a command line, one line each, with the nearest valid name.</summary>
internal static class UsageErrors
{
    public static void Print(ParseResult parsed, TextWriter output)
    {
        Command command = parsed.CommandResult.Command;
        bool unknown = false;
        foreach (string token in parsed.UnmatchedTokens)
        {
            unknown = true;
            output.WriteLine($"error: {Describe(token, command)}");
        }

        if (!unknown)
        {
            foreach (ParseError error in parsed.Errors)
            {
                output.WriteLine($"error: {error.Message} Hint: see {Name(command)} --help.");
            }
        }
    }

    private static string Describe(string token, Command command)
    {
        bool option = token.StartsWith('-');
        IEnumerable<string> names = option
            ? Ancestors(command).SelectMany(c => c.Options).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        string what = option ? "unknown option" : command.Subcommands.Count > 0 ? "unknown command" : "unexpected argument";
        string? nearest = NearestName.Of(token, names);
        string hint = nearest is null ? $"see {Name(command)} --help." : $"did you mean '{nearest}'?";
        return $"{what} '{token}' for {Name(command)}. Hint: {hint}";
    }

    private static IEnumerable<Command> Ancestors(Command command)
    {
        yield return command;
        foreach (Command parent in command.Parents.OfType<Command>().SelectMany(Ancestors))
        {
            yield return parent;
        }
    }

    private static string Name(Command command) =>
        command is RootCommand ? "hone" : $"{command.Parents.OfType<Command>().Select(Name).FirstOrDefault()} {command.Name}";
}
