using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard;

/// <summary>Sends answers with an ETag: who has the same already is told so in a few bytes.</summary>
internal static class Answer
{
    /// <summary>Sends JSON.</summary>
    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 14);
        using (var json = new Utf8JsonWriter(bytes))
        {
            write(json);
        }

        return SendAsync(context, bytes.WrittenMemory, "application/json");
    }

    /// <summary>Sends text.</summary>
    public static Task TextAsync(HttpContext context, string text, string type) => SendAsync(context, Encoding.UTF8.GetBytes(text), type);

    private static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, string type)
    {
        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span)[..16])}\"";
        HttpResponse response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = 304;
            return Task.CompletedTask;
        }

        response.ContentType = type;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
