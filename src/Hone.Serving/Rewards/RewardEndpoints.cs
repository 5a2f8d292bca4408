using System.Text.Json;
using Hone.Hosting;
using Hone.Training.Rewards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Serving.Rewards;

/// <summary>
/// The reward server that OpenRLHF asks with <c>--reward.remote_url</c>: <c>POST /get_reward</c> with <c>query</c>, <c>prompts</c> and
/// <c>labels</c>, lists of equal length, is answered with <c>rewards</c>, <c>scores</c> and <c>extra_logs</c>, lists of the same length
/// (openrlhf/utils/agent.py of 0.11, openrlhf/cli/serve_rm.py). <c>GET /health</c> says that it runs.
/// </summary>
public static class RewardEndpoints
{
    /// <summary>Most connections at a time: the trainer opens one for each completion of a batch as it ends.</summary>
    public const int MaxConnections = 16384;

    /// <summary>The path that rewards are asked at.</summary>
    public const string Path = "/get_reward";

    /// <summary>Adds the endpoints.</summary>
    /// <param name="routes">The server's routes.</param>
    /// <param name="service">What judges and records.</param>
    public static void Map(IEndpointRouteBuilder routes, RewardService service)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(service);
        routes.MapGet("/health", context => context.Response.WriteAsync("{}", context.RequestAborted));
        routes.MapPost(Path, context => AnswerAsync(context, service));
    }

    private static async Task AnswerAsync(HttpContext context, RewardService service)
    {
        using JsonDocument body = await JsonBody.ReadAsync(context);
        RewardVerdict[] verdicts = service.Judge(RewardQuery.Read(body.RootElement));
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Json(verdicts), context.RequestAborted);
    }

    private static byte[] Json(RewardVerdict[] verdicts)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            List(json, "rewards", verdicts.Select(verdict => verdict.Total));

            // Dynamic filtering looks at the scores: what was earned, before any penalty that the trainer adds.
            List(json, "scores", verdicts.Select(verdict => verdict.Total));
            json.WriteStartObject("extra_logs");
            List(json, "correct", verdicts.Select(verdict => verdict.Correct ? 1.0 : 0.0));
            List(json, "format_ok", verdicts.Select(verdict => verdict.FormatOk ? 1.0 : 0.0));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void List(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
