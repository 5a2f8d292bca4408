using Hone.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Serving.Completions;

/// <summary>The endpoints of a served model.</summary>
internal static class Endpoints
{
    /// <summary>Adds them all.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="model">What is served.</param>
    /// <param name="engine">Where it runs.</param>
    /// <param name="limit">Most time that a request may take.</param>
    public static void Map(IEndpointRouteBuilder routes, ServedModel model, EngineLoop engine, TimeSpan limit)
    {
        long started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        routes.MapGet("/health", (RequestDelegate)(_ => engine.Failure is { } failure
            ? throw new RequestProblemException(503, $"The engine has stopped: {failure}")
            : Task.CompletedTask));
        routes.MapGet("/version", context => JsonAnswer.WriteAsync(context, new ServerVersion(model.Version)));
        routes.MapGet("/v1/models", context => JsonAnswer.WriteAsync(context, new ModelList(
            "list", [new ModelCard(model.Name, "model", started, "hone", model.Name, null, engine.ContextTokens)])));
        routes.MapPost("/v1/completions", new CompletionEndpoint(model, engine, limit).AnswerAsync);
        routes.MapPost("/v1/chat/completions", new ChatEndpoint(model, engine, limit).AnswerAsync);
        var tokens = new TokenizeEndpoints(model, engine);
        routes.MapPost("/tokenize", tokens.TokenizeAsync);
        routes.MapPost("/detokenize", tokens.DetokenizeAsync);
    }

    /// <summary>Refuses a request for another model; one that names none is for this.</summary>
    public static void CheckModel(RequestFields fields, ServedModel model)
    {
        if (fields.Text("model") is { Length: > 0 } name && name != model.Name)
        {
            throw new RequestProblemException(404, $"The model `{name}` does not exist.", "model");
        }
    }
}
