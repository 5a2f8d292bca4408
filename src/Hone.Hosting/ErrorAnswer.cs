using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hone.Hosting;

/// <summary>Errors in the shape of OpenAI's API, with the type names that vLLM gives them.</summary>
public static class ErrorAnswer
{
    /// <summary>Answers a request with an error; the response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, RequestProblemException problem)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problem);
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == 401)
        {
            // RFC 9110, 15.5.2: such an answer says how to ask. A browser then asks its user, who gives the key as the password.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"hone\", charset=\"UTF-8\"";
        }

        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Json(problem)).AsTask();
    }

    /// <summary>The error as UTF-8 JSON: {"error": {"message", "type", "param", "code"}}.</summary>
    public static byte[] Json(RequestProblemException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", problem.Message);
            json.WriteString("type", TypeOf(problem.Status));
            json.WriteString("param", problem.Parameter);
            json.WriteNumber("code", problem.Status);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static string TypeOf(int status) => status switch
    {
        401 => "AuthenticationError",
        403 => "PermissionDeniedError",
        404 => "NotFoundError",
        429 => "RateLimitError",
        503 => "ServiceUnavailableError",
        >= 500 => "InternalServerError",
        _ => "BadRequestError",
    };
}
