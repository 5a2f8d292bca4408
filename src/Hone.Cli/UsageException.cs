namespace Hone.Cli;

/// <summary>Bad usage or configuration: printed as it is, without a stack trace, with exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
