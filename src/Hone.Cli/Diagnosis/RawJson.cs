using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Cli.Output;

namespace Hone.Cli.Diagnosis;

/// <summary>Values of files that nobody vouches for, to be shown and no more.</summary>
internal static class RawJson
{
    private const int LongestText = 60;

    /// <summary>The object in a file; null where there is none.</summary>
    public static JsonElement? Object(string path)
    {
        try
        {
            return Records.JsonFile.Read(path) is JsonObject root ? JsonElement.Parse(root.ToJsonString()) : null;
        }
        catch (Exception error) when (error is InvalidDataException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The member of that name; null where there is none.</summary>
    public static JsonElement? Find(JsonElement? parent, string key) =>
        parent is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(key, out JsonElement value)
            && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text; null where it is none.</summary>
    public static string? Text(JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    /// <summary>A value on one short line.</summary>
    public static string Shown(JsonElement? value) =>
        TerminalText.Line(value is { } found ? Text(found) ?? found.GetRawText() : "none", LongestText);
}
