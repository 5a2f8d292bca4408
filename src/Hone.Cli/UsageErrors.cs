using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Records;

namespace Hone.Cli;

/// <summary>Says what is wrong with a command line, one line each, with the nearest valid name.</summary>
internal static class UsageErrors
{
    public static void Print(ParseResult parsed, TextWriter output)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> problems = parsed.UnmatchedTokens.Count > 0
            ? Unmatched(parsed, command)
            : parsed.Errors.Select(error => Describe(error, command)).Distinct();
        foreach (string problem in problems)
        {
            output.WriteLine("error: " + problem);
        }
    }

    private static IEnumerable<string> Unmatched(ParseResult parsed, Command command)
    {
        bool afterOption = false;
        foreach (string token in parsed.UnmatchedTokens)
        {
            // What follows an unknown option is its value, not another problem.
            bool option = token.StartsWith('-');
            if (option || !afterOption)
            {
                yield return Describe(token, option, command);
            }

            afterOption = option;
        }
    }

    private static string Describe(string token, bool option, Command command)
    {
        string name = option ? token.Split('=')[0] : token;
        IEnumerable<string> names = option
            ? Ancestors(command).SelectMany(c => c.Options).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        string what = option ? "unknown option" : command.Subcommands.Count > 0 ? "unknown command" : "unexpected argument";
        string? nearest = NearestName.Of(name, names);
        string hint = nearest is null ? $"see {Name(command)} --help." : $"did you mean '{nearest}'?";
        return $"{what} '{name}' for {Name(command)}. Hint: {hint}";
    }

    private static string Describe(ParseError error, Command command)
    {
        string message = error.Message;
        if (message.Contains("Hint:", StringComparison.Ordinal))
        {
            return message;
        }

        // The parser's own words for a value of the wrong type name a type of .NET.
        OptionResult? option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        string? expected = option is null ? null : Expected(option.Option.ValueType);
        if (expected is not null && option!.Tokens.Count == 1)
        {
            message = $"{option.Option.Name} {option.Tokens[0].Value}: expected {expected}.";
        }

        return $"{message.ReplaceLineEndings(" ")} Hint: see {Name(command)} --help.";
    }

    private static string? Expected(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(double?) ? "a number"
        : null;

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
