namespace Hone.Records.Logs;

/// <summary>A row that cannot be read. Whoever knows the file and the line makes a message of it.</summary>
internal sealed class RowException(string what, string hint) : Exception(what)
{
    internal string Hint { get; } = hint;

    /// <summary>Whether the line is no whole JSON.</summary>
    internal bool IsMalformed { get; init; }
}
