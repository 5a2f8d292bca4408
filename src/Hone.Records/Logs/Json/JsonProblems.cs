namespace Hone.Records.Logs.Json;

/// <summary>What can be wrong with a line that should be a JSON object.</summary>
internal static class JsonProblems
{
    internal static RowException NotObject(ReadOnlySpan<byte> line) => new(
        $"the line starts with {RecordError.Quote(line[..Math.Min(1, line.Length)])}, expected a JSON object",
        !line.IsEmpty && line[0] == (byte)'['
            ? "the file looks like one JSON array; make it one object a line with jq -c '.[]'"
            : "each line must be one JSON object");

    internal static RowException Cut(ReadOnlySpan<byte> line) => new(
        $"the line is cut off after {line.Length} bytes, expected a whole JSON object",
        "the file was cut while it was written or copied; remove this line or copy the file again")
    { IsMalformed = true };

    internal static RowException Invalid(ReadOnlySpan<byte> line, int at) => new(
        $"invalid JSON at byte {at + 1}, near {RecordError.Quote(line[Math.Max(0, at - 20)..])}, expected one JSON object a line",
        "correct or remove this line")
    { IsMalformed = true };
}
