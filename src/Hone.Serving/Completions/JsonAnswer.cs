using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hone.Serving.Completions;

/// <summary>
/// Writes answers as JSON. Floats are written as floats, in the fewest digits that read back as the same bits.
/// </summary>
internal static class JsonAnswer
{
    // Answers are JSON documents, never parts of a page, so only what JSON itself demands is escaped.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Bytes<T>(T answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Options);

    public static Task WriteAsync<T>(HttpContext context, T answer)
    {
        // A long answer is never in memory as a whole.
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, Options, context.RequestAborted);
    }
}
