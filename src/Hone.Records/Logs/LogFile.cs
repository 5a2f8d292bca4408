namespace Hone.Records.Logs;

/// <summary>One file of a log.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Step">The log's step that its name or folder says; null where rows must say it.</param>
public sealed record LogFile(string Path, int? Step = null);
