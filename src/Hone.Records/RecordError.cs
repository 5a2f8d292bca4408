using System.Text;

namespace Hone.Records;

/// <summary>Builds the one-line messages for bad input: place, what failed with its value, what was expected,
/// hint.</summary>
internal static class RecordError
{
    private const int LongestValue = 60;

    // The system's words, with a path in them.
    private const int LongestReason = 300;

    internal static InvalidDataException At(string path, int line, string what, string hint) =>
        new($"{path}:{line}: {what}. Hint: {hint}.");

    internal static InvalidDataException In(string path, string what, string hint) =>
        new($"{path}: {what}. Hint: {hint}.");

    internal static FileNotFoundException NoFile(string path) =>
        new($"{path}: no such file, expected one that exists. Hint: check the path; relative paths start at "
            + $"{Environment.CurrentDirectory}.", path);

    internal static DirectoryNotFoundException NoFolder(string path) =>
        new($"{path}: no such folder, expected one that exists. Hint: check the path; relative paths start at "
            + $"{Environment.CurrentDirectory}.");

    /// <summary>An output that cannot be made; what was read is not to blame.</summary>
    internal static IOException NotWritable(string path, Exception cause) =>
        FreeSpace.RanOut(cause)
            ? new($"{path}: cannot be written ({FreeSpace.Reason(cause)}). Hint: make room on its disk, or choose another file.", cause)
            : new($"{path}: cannot be written ({Quote(cause.Message, LongestReason)}). Hint: choose another file, or check the folder's permissions.", cause);

    /// <summary>The value between quotes, shortened, and on one line whatever it holds.</summary>
    internal static string Quote(string value) => Quote(value, LongestValue);

    internal static string Quote(ReadOnlySpan<byte> utf8) =>
        Quote(Encoding.UTF8.GetString(utf8.Length > 4 * LongestValue ? utf8[..(4 * LongestValue)] : utf8));

    /// <summary>A JSON value in words: what kind it is, or itself between quotes.</summary>
    /// <param name="json">Its text; not empty.</param>
    internal static string Given(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'{' => "an object",
        (byte)'[' => "a list",
        (byte)'n' => "null",
        (byte)'"' => Quote(json[1..^1]),
        _ => Quote(json),
    };

    /// <summary>The names separated by commas; a long list is cut, and says so.</summary>
    internal static string List(IReadOnlyCollection<string> names)
    {
        const int Most = 30;
        string listed = names.Count == 0 ? "no fields" : string.Join(", ", names.Take(Most).Select(Plain));
        return names.Count > Most ? $"{listed} and {names.Count - Most} more" : listed;
    }

    private static string Quote(string value, int longest)
    {
        var quoted = new StringBuilder("'");
        foreach (char c in value.Length > longest ? value.AsSpan(0, longest) : value)
        {
            quoted.Append(char.IsControl(c) ? ' ' : c);
        }

        return quoted.Append(value.Length > longest ? "...'" : "'").ToString();
    }

    private static string Plain(string name) => Quote(name)[1..^1];
}
