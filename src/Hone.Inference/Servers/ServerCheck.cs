using Hone.Engine.Kernels;
using Hone.Inference.Servers.Dialects;

namespace Hone.Inference.Servers;

/// <summary>What a check found.</summary>
/// <param name="Dialect">How the server is asked from now on.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Sample">Log-probabilities of the check's text, by which servers are compared; null where there are none.</param>
internal sealed record CheckedServer(IServerDialect Dialect, ServerCapabilities Capabilities, float[]? Sample);

/// <summary>
/// Verifies with short requests what a server can do. That it accepts a field says nothing: lengths, the missing value of the
/// first token, signs, and the agreement of sampled and teacher-forced values do.
/// </summary>
internal sealed class ServerCheck(ServerConnection connection, ServerIdentity identity, string model, ServerOptions options)
{
    private const string Text = "Seven times six is 42.";
    private const int Tokens = 2;

    // Batches and number formats move values by some hundredths; logits or another temperature by far more.
    private const float SameValue = 0.3f;

    private readonly List<string> _remarks = [];

    internal async Task<CheckedServer> Run(CancellationToken cancel)
    {
        (IServerDialect dialect, PromptRoute route, ScoredPrompt? scored) = await Prompt(cancel).ConfigureAwait(false);
        int[]? own = options.Tokenizer?.Encode(Text);
        RequireSameTokens(scored, own);
        bool tokenIds = identity.Kind is ServerKind.Hone or ServerKind.Vllm or ServerKind.Sglang or ServerKind.LlamaCpp;
        if (own is not null && identity.Kind is not (ServerKind.Tgi or ServerKind.Ollama))
        {
            tokenIds = await TakesIds(dialect, scored, own, cancel).ConfigureAwait(false);
        }

        SampledText? sampled = await Output(dialect, cancel).ConfigureAwait(false);
        if (sampled?.Ids is { } drawn && scored is not null && own is not null && tokenIds)
        {
            sampled = await SameWhenForced(dialect, own, drawn, sampled, cancel).ConfigureAwait(false);
        }

        var capabilities = new ServerCapabilities(
            identity.Kind, identity.Version is { } version ? connection.OneLine(version) : null, connection.Masked(model), route, sampled is not null, tokenIds, identity.ContextTokens, _remarks);
        return new CheckedServer(dialect, capabilities, scored?.LogProbs);
    }

    private async Task<(IServerDialect Dialect, PromptRoute Route, ScoredPrompt? Scored)> Prompt(CancellationToken cancel)
    {
        (IServerDialect Dialect, PromptRoute Route)[] ways = identity.Kind switch
        {
            ServerKind.Sglang => [(new SglangDialect(connection), PromptRoute.Generate)],
            ServerKind.LlamaCpp => [(new LlamaCppDialect(connection, model), PromptRoute.Echo)],
            ServerKind.Tgi => [(new TgiDialect(connection), PromptRoute.Prefill)],
            ServerKind.Ollama => [(new OllamaDialect(connection, model), PromptRoute.None)],
            _ => [OpenAi(PromptRoute.PromptLogProbs), OpenAi(PromptRoute.Echo)],
        };
        string reason = "";
        foreach ((IServerDialect dialect, PromptRoute route) in ways.Where(way => way.Route != PromptRoute.None))
        {
            (ScoredPrompt? scored, reason) = await Try(() => dialect.Score(new ServerPrompt(Text), cancel), cancel).ConfigureAwait(false);
            if (scored is { LogProbs.Length: >= Tokens })
            {
                return (dialect, route, scored);
            }
        }

        if (reason.Length > 0)
        {
            _remarks.Add($"prompt log-probs: {reason}");
        }

        return (ways[0].Dialect, PromptRoute.None, null);

        (IServerDialect, PromptRoute) OpenAi(PromptRoute route) =>
            (new OpenAiDialect(
                connection, model, route, identity.Kind is ServerKind.Vllm or ServerKind.Hone, identity.Kind == ServerKind.Hone), route);
    }

    // A tokenizer of another model would score other tokens than the user means, without any other sign of it.
    private void RequireSameTokens(ScoredPrompt? scored, int[]? own)
    {
        if (own is null || scored is null)
        {
            return;
        }

        // Ids are sent as the tokenizer's files say, so that a beginning token more or less on the server's side does not count.
        int apart = scored.LogProbs.Length - own.Length;
        int[]? ids = scored.Ids;
        if (Math.Abs(apart) == 1)
        {
            _remarks.Add(apart > 0 ? "puts a token in front of text that the tokenizer does not" : "leaves out the tokenizer's first token");
            ids = apart > 0 ? ids?[1..] : ids;
            own = apart > 0 ? own : own[1..];
        }

        if (Math.Abs(apart) > 1 || (ids is not null && !SameIds(ids, own)))
        {
            string theirs = scored.Ids is { } known ? $"[{string.Join(' ', known)}]" : $"{scored.LogProbs.Length} tokens";
            throw connection.Fault(
                $"makes {theirs} of '{Text}', the given tokenizer [{string.Join(' ', own)}], expected the same",
                "give the tokenizer of the served model", ServerProblem.Refused);
        }
    }

    private async Task<bool> TakesIds(IServerDialect dialect, ScoredPrompt? byText, int[] own, CancellationToken cancel)
    {
        var prompt = new ServerPrompt(Text, own);
        if (byText is null)
        {
            (SampledText? sampled, _) = await Try(() => dialect.Complete(prompt, Request(logProbs: false), cancel), cancel).ConfigureAwait(false);
            return sampled?.PromptTokens == own.Length;
        }

        (ScoredPrompt? byIds, string reason) = await Try(() => dialect.Score(prompt, cancel), cancel).ConfigureAwait(false);
        if (byIds is not null && byIds.LogProbs.Length == own.Length
            && (byText.LogProbs.Length != own.Length || Apart(byIds.LogProbs, byText.LogProbs) <= SameValue))
        {
            return true;
        }

        _remarks.Add($"token ids: {(reason.Length > 0 ? reason : "score otherwise than their text")}");
        return false;
    }

    private async Task<SampledText?> Output(IServerDialect dialect, CancellationToken cancel)
    {
        (SampledText? sampled, string reason) =
            await Try(() => dialect.Complete(new ServerPrompt(Text), Request(logProbs: true), cancel), cancel).ConfigureAwait(false);
        if (sampled is null && dialect is SglangDialect { SendsSeed: true } sglang && reason.Contains("seed", StringComparison.Ordinal))
        {
            sglang.SendsSeed = false;
            _remarks.Add("takes no seeds");
            return await Output(dialect, cancel).ConfigureAwait(false);
        }

        if (sampled is null)
        {
            _remarks.Add($"output log-probs: {reason}");
        }

        return sampled;
    }

    private async Task<SampledText?> SameWhenForced(
        IServerDialect dialect, int[] own, int[] drawn, SampledText sampled, CancellationToken cancel)
    {
        (ScoredPrompt? forced, _) =
            await Try(() => dialect.Score(new ServerPrompt(Text, [.. own, .. drawn]), cancel), cancel).ConfigureAwait(false);
        if (forced is null || Apart(forced.LogProbs[own.Length..], sampled.LogProbs) <= SameValue)
        {
            return sampled;
        }

        _remarks.Add("output log-probs: are not those that the same tokens have in a prompt");
        return null;
    }

    // Temperature 1, where raw and processed log-probabilities are the same.
    private static SamplingRequest Request(bool logProbs) => new(new SamplingRule(), 1, Tokens, logProbs);

    private async Task<(T? Result, string Reason)> Try<T>(Func<Task<T>> ask, CancellationToken cancel)
        where T : class
    {
        try
        {
            T result = await Retrying.Pipeline(options, ServerModel.ConnectRetries, error => ServerModel.CanConnectLater(error) && !IsVerdict(error))
                .ExecuteAsync(async _ => await ask().ConfigureAwait(false), cancel).ConfigureAwait(false);
            return (result, "");
        }
        catch (ServerException error) when (IsVerdict(error))
        {
            return (null, error.What);
        }
    }

    // Some servers crash on a field that they do not support; a key or a model that is refused is no matter of fields.
    private static bool IsVerdict(ServerException error) =>
        error.Problem == ServerProblem.Wrong
        || (error.Problem == ServerProblem.Refused && error.Status is not (401 or 403 or 404))
        || error.Status is 500 or 501 || (error.Problem == ServerProblem.Refused && error.Status is null);

    private static bool SameIds(int[] theirs, int[] own) => theirs.Length == own.Length
        && theirs.Zip(own).All(pair => pair.First == pair.Second || pair.First == ScoredPrompt.UnknownId);

    private static float Apart(float[] one, float[] other) => one.Length != other.Length
        ? float.PositiveInfinity
        : one.Zip(other).Where(pair => !float.IsNaN(pair.First)).Select(pair => Math.Abs(pair.First - pair.Second)).DefaultIfEmpty().Max();
}
