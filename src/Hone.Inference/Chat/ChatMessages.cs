using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records;

namespace Hone.Inference.Chat;

/// <summary>Conversations as lists of messages.</summary>
public static class ChatMessages
{
    /// <summary>A message with role and content.</summary>
    public static JsonObject Of(string role, string content) => new() { ["role"] = role, ["content"] = content };

    /// <summary>
    /// Reads a JSON file: a list of messages, or an object with such a list as `messages`. Fields besides `role` and
    /// `content` are kept for the template.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It holds no such list.</exception>
    public static IReadOnlyList<JsonObject> Read(string path)
    {
        JsonNode document = JsonFile.Read(path);
        try
        {
            JsonNode? list = document is JsonObject whole ? whole["messages"] : document;
            JsonNode?[] items = list is JsonArray { Count: > 0 } array
                ? [.. array]
                : throw Wrong(path, "holds no list of messages");
            return [.. items.Select((item, i) => Checked(path, i, item))];
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "holds half a surrogate pair");
        }
    }

    private static JsonObject Checked(string path, int index, JsonNode? item)
    {
        if (item is not JsonObject message || message["role"]?.GetValueKind() != JsonValueKind.String)
        {
            throw Wrong(path, $"message {index} has no 'role' in text");
        }

        // Reads every name and text there is, so that a damaged one is found here.
        _ = JsonValues.Of(message);
        return message;
    }

    private static InvalidDataException Wrong(string path, string what) => new(
        $"{path}: {what}, expected a list of {{\"role\": ..., \"content\": ...}}, alone or as 'messages' of an object. "
        + "Hint: see hone generate --help.");
}
