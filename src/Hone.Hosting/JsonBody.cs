using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hone.Hosting;

/// <summary>Reads the JSON object that a request carries.</summary>
public static class JsonBody
{
    /// <summary>Most levels of lists and objects inside each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>The body as an object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="anyContentType">
    /// Whether a body may come without `Content-Type: application/json`. Refusing it keeps web pages out: a browser sends JSON to
    /// another site only after asking it, and this server never agrees.
    /// </param>
    /// <exception cref="RequestProblemException">Another content type, or no valid JSON object.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, bool anyContentType = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!anyContentType && !IsJson(context.Request.ContentType))
        {
            throw new RequestProblemException(415, "Unsupported Media Type: Only 'application/json' is allowed");
        }

        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(
                context.Request.Body, new JsonDocumentOptions { MaxDepth = MaxDepth }, context.RequestAborted);
        }
        catch (JsonException error)
        {
            throw RequestProblemException.Bad(
                $"The body is not valid JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}), expected one object "
                + $"of at most {MaxDepth} levels.");
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw RequestProblemException.Bad("The body holds no JSON object, expected {...}.");
    }

    /// <summary>A property of an object, or null where it has none of that name.</summary>
    /// <exception cref="RequestProblemException">A name in the object is no text.</exception>
    public static JsonElement? Property(JsonElement owner, string name)
    {
        try
        {
            return owner.TryGetProperty(name, out JsonElement value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // The parser lets escapes pass that are no characters; a name with one fails where it is compared.
            throw RequestProblemException.Bad("The body has a property whose name holds invalid UTF-8 or half a surrogate pair.");
        }
    }

    private static bool IsJson(string? contentType)
    {
        string type = (contentType ?? "").Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}
