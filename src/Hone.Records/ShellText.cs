namespace Hone.Records;

/// <summary>Words for commands that users are told to paste into a shell.</summary>
internal static class ShellText
{
    /// <summary>A path as one word that a shell takes as it is, whatever characters it has.</summary>
    internal static string Word(string path) => path.Length > 0 && path.All(c => char.IsLetterOrDigit(c) || "./_-+@,:".Contains(c, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
