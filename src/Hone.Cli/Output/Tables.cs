using System.Globalization;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>Tables of at most 100 columns, without colour or drawing where stdout is no terminal.</summary>
internal static class Tables
{
    private const int Width = 100;

    // The line under the heading, which files and pipes get in ASCII.
    private const char Rule = '\u2500';

    /// <summary>A table with right-aligned columns.</summary>
    public static Table New(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned().NoWrap());
        }

        return table;
    }

    /// <summary>Prints a table as plain lines.</summary>
    public static void Print(CommandContext context, Table table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = context.Color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = context.Color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = context.OutputIsTerminal;
        console.Write(table);
        foreach (string line in text.ToString().Split('\n'))
        {
            if (line.Trim().Length > 0)
            {
                string row = line.TrimEnd();
                context.Output.WriteLine(context.OutputIsTerminal ? row : row.Replace(Rule, '-'));
            }
        }
    }

    /// <summary>A step that was picked, and how many share its value.</summary>
    public static string Pick(int? step, int tied) => step is not int picked ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{picked}{(tied > 1 ? $" ({tied} tied)" : "")}");

    /// <summary>A share or score with four digits, or a dash.</summary>
    public static string Share(double? value) =>
        value is double number && double.IsFinite(number) ? number.ToString("F4", CultureInfo.InvariantCulture) : "-";
}
