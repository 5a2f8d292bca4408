using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Cli.Output;

/// <summary>The one JSON document of a `--json` command.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints a document.</summary>
    public static void Print(CommandContext context, JsonNode document) =>
        context.Output.WriteLine(TerminalText.Escaped(document.ToJsonString(Readable)));

    /// <summary>Steps as an array.</summary>
    public static JsonArray Steps(IReadOnlyList<int> steps) => new([.. steps.Select(step => (JsonNode)step)]);

    /// <summary>A number, or null where it is none.</summary>
    public static JsonNode? Number(double? value) => value is double number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
