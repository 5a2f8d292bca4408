using System.Text.Json;

namespace Hone.Inference.Servers;

/// <summary>What a server says it is.</summary>
/// <param name="Kind">Which server.</param>
/// <param name="Version">Its version, where told.</param>
/// <param name="Models">Names of the served models; none where not told.</param>
/// <param name="ContextTokens">Longest sequence, where told.</param>
internal sealed record ServerIdentity(ServerKind Kind, string? Version, IReadOnlyList<string> Models, int? ContextTokens);

/// <summary>
/// Recognises a server by its routes. The order matters: SGLang and llama.cpp also answer on some of Ollama's routes, and
/// most answer on OpenAI's.
/// </summary>
internal static class ServerProbe
{
    internal static async Task<ServerIdentity> Recognise(ServerConnection connection, CancellationToken cancel)
    {
        ServerAnswer? list = await connection.Find("v1/models", cancel).ConfigureAwait(false);
        JsonElement[] models =
            ServerAnswer.Member(list?.Root, "data") is { ValueKind: JsonValueKind.Array } data ? [.. data.EnumerateArray()] : [];
        string[] names = [.. models.Select(model => ServerAnswer.Text(ServerAnswer.Member(model, "id"))).OfType<string>()];
        int? context = models.Select(model => ServerAnswer.Number(ServerAnswer.Member(model, "max_model_len"))).Min();
        string?[] owners = [.. models.Select(model => ServerAnswer.Text(ServerAnswer.Member(model, "owned_by")))];

        // Both give their version at /version, and a model's length as max_model_len.
        if (owners.Contains("hone") || owners.Contains("vllm"))
        {
            ServerAnswer? version = await connection.Find("version", cancel).ConfigureAwait(false);
            ServerKind kind = owners.Contains("hone") ? ServerKind.Hone : ServerKind.Vllm;
            return new ServerIdentity(kind, Text(version, "version"), names, context);
        }

        return await Sglang(connection, names, context, cancel).ConfigureAwait(false)
            ?? await LlamaCpp(connection, names, cancel).ConfigureAwait(false)
            ?? await Tgi(connection, cancel).ConfigureAwait(false)
            ?? await Ollama(connection, cancel).ConfigureAwait(false)
            ?? (list is null ? throw Unknown(connection) : new ServerIdentity(ServerKind.OpenAi, null, names, context));
    }

    // SGLang 0.5 (srt/entrypoints/http_server.py): model_path and is_generation; newer versions rename both routes.
    private static async Task<ServerIdentity?> Sglang(
        ServerConnection connection, string[] names, int? context, CancellationToken cancel)
    {
        ServerAnswer? model = await connection.Find("get_model_info", cancel).ConfigureAwait(false)
            ?? await connection.Find("model_info", cancel).ConfigureAwait(false);
        if (Text(model, "model_path") is not { } path || ServerAnswer.Member(model?.Root, "is_generation") is null)
        {
            return null;
        }

        ServerAnswer? server = await connection.Find("get_server_info", cancel).ConfigureAwait(false)
            ?? await connection.Find("server_info", cancel).ConfigureAwait(false);
        return new ServerIdentity(
            ServerKind.Sglang, Text(server, "version"), names.Length > 0 ? names : [path], context ?? Number(server, "context_length"));
    }

    // llama.cpp (tools/server/README.md): a slot's context and the build.
    private static async Task<ServerIdentity?> LlamaCpp(ServerConnection connection, string[] names, CancellationToken cancel)
    {
        ServerAnswer? props = await connection.Find("props", cancel).ConfigureAwait(false);
        if (ServerAnswer.Member(props?.Root, "default_generation_settings") is not { } settings)
        {
            return null;
        }

        string model = Text(props, "model_alias") ?? Text(props, "model_path") ?? "default";
        return new ServerIdentity(
            ServerKind.LlamaCpp, Text(props, "build_info"), names.Length > 0 ? names : [model],
            ServerAnswer.Number(ServerAnswer.Member(settings, "n_ctx")));
    }

    // TGI 3.3 (docs/openapi.json): one model, prompt and completion within max_total_tokens.
    private static async Task<ServerIdentity?> Tgi(ServerConnection connection, CancellationToken cancel)
    {
        ServerAnswer? info = await connection.Find("info", cancel).ConfigureAwait(false);
        return Text(info, "model_id") is { } model && Number(info, "max_total_tokens") is int tokens
            ? new ServerIdentity(ServerKind.Tgi, Text(info, "version"), [model], tokens)
            : null;
    }

    // Ollama (docs/api.md): every model that was pulled is served.
    private static async Task<ServerIdentity?> Ollama(ServerConnection connection, CancellationToken cancel)
    {
        ServerAnswer? version = await connection.Find("api/version", cancel).ConfigureAwait(false);
        ServerAnswer? tags = version is null ? null : await connection.Find("api/tags", cancel).ConfigureAwait(false);
        return ServerAnswer.Member(tags?.Root, "models") is { ValueKind: JsonValueKind.Array } models
            ? new ServerIdentity(
                ServerKind.Ollama, Text(version, "version"),
                [.. models.EnumerateArray().Select(model => ServerAnswer.Text(ServerAnswer.Member(model, "name"))).OfType<string>()], null)
            : null;
    }

    private static ServerException Unknown(ServerConnection connection) => connection.Fault(
        "answers on no route of an inference server (/v1/models, /get_model_info, /props, /info, /api/version)",
        "check the address; expected vLLM, SGLang, llama.cpp, TGI, Ollama or any server with OpenAI's /v1/completions",
        ServerProblem.Refused);

    private static string? Text(ServerAnswer? answer, string name) => ServerAnswer.Text(ServerAnswer.Member(answer?.Root, name));

    private static int? Number(ServerAnswer? answer, string name) => ServerAnswer.Number(ServerAnswer.Member(answer?.Root, name));
}
