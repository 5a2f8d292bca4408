using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Hone.Cli;

/// <summary>The parser's help, followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    /// <summary>Columns that descriptions are wrapped to.</summary>
    public const int Width = 100;

    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <summary>Gives a command its examples, each a line that can be typed as it stands.</summary>
    public static T Add<T>(T command, params string[] examples)
        where T : Command
    {
        Examples.Add(command, examples);
        return command;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out string[]? lines))
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in lines)
            {
                output.WriteLine(Wrapped("  " + line));
            }

            output.WriteLine();
        }

        return code;
    }

    // Before an option, in the way a shell takes it up again.
    private static string Wrapped(string line)
    {
        const string More = " \\";
        int cut = line.Length <= Width ? -1 : line.LastIndexOf(" --", Width - More.Length, StringComparison.Ordinal);
        return cut < 0 ? line : line[..cut] + More + Environment.NewLine + Wrapped("     " + line[cut..]);
    }
}
