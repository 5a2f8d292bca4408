using System.Text.Json;

namespace Hone.Inference.Servers;

/// <summary>
/// A server's answer, read with suspicion: what is missing or cannot be right is a <see cref="ServerException"/> that says
/// which field.
/// </summary>
internal sealed class ServerAnswer
{
    // Rounding in a log-softmax gives a certain token slightly more than probability 1.
    private const float Rounding = 1e-3f;
    private readonly ServerConnection _server;
    private readonly string _path;

    private ServerAnswer(ServerConnection server, string path, JsonElement root) => (_server, _path, Root) = (server, path, root);

    internal JsonElement Root { get; }

    internal static ServerAnswer? TryParse(ServerConnection server, string path, byte[] body) =>
        ObjectOf(body) is { } root ? new ServerAnswer(server, path, root) : null;

    /// <summary>What a server says in an error's body: error.message, error, message or detail.</summary>
    internal static string? Complaint(byte[] body) => ObjectOf(body) is not { } root ? null
        : Text(Member(Member(root, "error"), "message")) ?? Text(Member(root, "error"))
            ?? Text(Member(root, "message")) ?? Text(Member(root, "detail"));

    /// <summary>The answer cannot be right.</summary>
    internal ServerException Bad(string what) =>
        _server.Fault($"/{_path} answered {what}", "check the server's version and log", ServerProblem.Wrong);

    /// <summary>A piece of the answer as messages show it.</summary>
    internal string Shown(JsonElement piece) => _server.OneLine(piece.GetRawText());

    /// <summary>A field that must be an array of a known length, or of any.</summary>
    internal JsonElement[] Array(JsonElement parent, string name, int? length = null)
    {
        JsonElement? field = Member(parent, name);
        if (field is not { ValueKind: JsonValueKind.Array } array)
        {
            throw Bad($"without an array '{name}'");
        }

        int found = array.GetArrayLength();
        return length is int expected && found != expected
            ? throw Bad($"with {found} items in '{name}', expected {expected}")
            : [.. array.EnumerateArray()];
    }

    /// <summary>A field that must be an object.</summary>
    internal JsonElement Object(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Object } field ? field : throw Bad($"without an object '{name}'");

    /// <summary>A field that must be text.</summary>
    internal string String(JsonElement parent, string name) =>
        Text(Member(parent, name)) ?? throw Bad($"without a text '{name}'");

    /// <summary>A field that must be a count, or a token's id.</summary>
    internal int Count(JsonElement parent, string name) =>
        Number(Member(parent, name)) is int count ? count : throw Bad($"without a whole number '{name}'");

    /// <summary>A log-probability: finite and not above zero, but for rounding.</summary>
    internal float LogProb(JsonElement? value, string name)
    {
        if (value is not { ValueKind: JsonValueKind.Number } number)
        {
            string found = value is { } other ? Shown(other) : "nothing";
            throw Bad($"with {found} as a log-probability in '{name}', expected a number");
        }

        float logProb = number.GetSingle();
        return float.IsFinite(logProb) && logProb <= Rounding
            ? logProb
            : throw Bad(
                $"with {Shown(number)} as a log-probability in '{name}', expected a finite number, at most 0");
    }

    /// <summary>The log-probability of a prompt's first token, which nothing precedes: null from every server.</summary>
    internal float NoLogProb(JsonElement? value, string name) => value is null or { ValueKind: JsonValueKind.Null }
        ? float.NaN
        : throw Bad($"with a log-probability for the first token in '{name}', expected null");

    /// <summary>A field of an object; null where it is missing or null.</summary>
    internal static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } fields
        && Readable<JsonElement?>(() => fields.TryGetProperty(name, out JsonElement found) ? found : null) is { } field
        && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    /// <summary>Text, or null; so for half a character (`"\ud800"`), which is JSON but no text.</summary>
    internal static string? Text(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.String } text ? Readable(text.GetString) : null;

    /// <summary>A field's name, or null where it is no text.</summary>
    internal static string? NameOf(JsonProperty field) => Readable(() => field.Name);

    /// <summary>A whole number from 0 on, or null.</summary>
    internal static int? Number(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int count) && count >= 0 ? count : null;

    private static JsonElement? ObjectOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The parser takes escapes of half a character, and fails only when they are read.
    private static T? Readable<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }
}
