using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Serving.Completions;

/// <summary>An answer in parts, as server-sent events: `data: JSON`, a blank line, and `data: [DONE]` at the end.</summary>
internal sealed class EventStream(HttpContext context)
{
    /// <summary>Runs what sends the parts; a refusal on the way becomes the last part.</summary>
    public async Task RunAsync(Func<Task> send)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            await send();
        }
        catch (RequestProblemException problem)
        {
            await SendAsync(ErrorAnswer.Json(problem));
        }

        await SendAsync("[DONE]"u8.ToArray());
    }

    public Task SendAsync<T>(T part) => SendAsync(JsonAnswer.Bytes(part));

    private async Task SendAsync(byte[] data)
    {
        await context.Response.Body.WriteAsync((byte[])[.. "data: "u8, .. data, .. "\n\n"u8], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
