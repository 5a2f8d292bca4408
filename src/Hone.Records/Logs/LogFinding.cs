namespace Hone.Records.Logs;

/// <summary>What a user should know of a log that was read.</summary>
/// <param name="Id">Stable snake_case name.</param>
/// <param name="Message">One sentence with the figures in it.</param>
public sealed record LogFinding(string Id, string Message);
