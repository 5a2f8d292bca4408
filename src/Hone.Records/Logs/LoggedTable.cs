namespace Hone.Records.Logs;

/// <summary>A table of a log that writes tables.</summary>
/// <param name="Key">Key of its prompts, completions and rewards.</param>
/// <param name="Step">The log's own step.</param>
/// <param name="FirstRow">Its first row among those that were read.</param>
/// <param name="Prompts">The sum of its prompts' keys: the same for the same prompts in any order.</param>
internal readonly record struct LoggedTable(UInt128 Key, int Step, int FirstRow, UInt128 Prompts);
