namespace Hone.Cli.Output;

/// <summary>Text of any length as lines of at most 100 columns.</summary>
internal static class WrappedText
{
    private const int Width = 100;

    /// <summary>Prints a head and a text beside it, broken at spaces; a word that is too long is cut.</summary>
    public static void Print(CommandContext context, string head, string text)
    {
        string rest = TerminalText.Clean(text.ReplaceLineEndings(" "));
        int room = Width - head.Length;
        string lead = head;
        while (rest.Length > room)
        {
            int space = rest.LastIndexOf(' ', room);
            int cut = space > 0 ? space : room;
            context.Output.WriteLine(lead + rest[..cut].TrimEnd());
            rest = rest[cut..].TrimStart();
            lead = new string(' ', head.Length);
        }

        context.Output.WriteLine((lead + rest).TrimEnd());
    }
}
