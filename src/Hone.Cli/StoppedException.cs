namespace Hone.Cli;

/// <summary>Work that cannot go on, and what was done about it: exit code 1.</summary>
internal sealed class StoppedException(string message) : Exception(message);
