using System.Diagnostics;
using Hone.Engine.Kernels;
using Hone.Engine.Tokenization;
using Hone.Inference.Scoring;
using Hone.Inference.Servers.Dialects;

namespace Hone.Inference.Servers;

/// <summary>One inference server that was recognised and verified.</summary>
public sealed class ServerModel : IDisposable
{
    internal const int ConnectRetries = 3;

    // What every served model has room for; only longer texts are worth a question to a server that tells no context.
    private const int LeastContext = 2048;

    private readonly ServerConnection _connection;
    private readonly ServerOptions _options;
    private readonly IServerDialect _dialect;
    private long _lastSuccess;

    private ServerModel(ServerConnection connection, ServerOptions options, CheckedServer found)
    {
        _connection = connection;
        _options = options;
        _dialect = found.Dialect;
        Capabilities = found.Capabilities;
        Sample = found.Sample;
    }

    /// <summary>Its address.</summary>
    public string Name => _connection.Name;

    /// <summary>What it is and can do.</summary>
    public ServerCapabilities Capabilities { get; }

    /// <summary>Log-probabilities of a fixed text; null where the server gives none.</summary>
    internal float[]? Sample { get; }

    /// <summary>Whether it has failed for so long that it gets no more work.</summary>
    internal bool IsSetAside { get; private set; }

    private Tokenizer? Tokenizer => _options.Tokenizer;

    /// <summary>Recognises a server and verifies what it can do.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ServerException">It cannot be reached, is no inference server, or serves another model.</exception>
    public static async Task<ServerModel> Connect(ServerAddress address, ServerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(options);
        TimeSpan shorter = options.ConnectTimeout < options.Timeout ? options.ConnectTimeout : options.Timeout;
        var connection = new ServerConnection(address, options) { Limit = shorter };
        try
        {
            ServerIdentity identity = await Retrying.Pipeline(options, ConnectRetries, CanConnectLater)
                .ExecuteAsync(async token => await ServerProbe.Recognise(connection, token).ConfigureAwait(false), cancel)
                .ConfigureAwait(false);
            string model = Choose(connection, identity, options.Model);
            CheckedServer found = await new ServerCheck(connection, identity, model, options).Run(cancel).ConfigureAwait(false);
            connection.Limit = options.Timeout;
            return new ServerModel(connection, options, found);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Loads the weights of a checkpoint of the same shape, on SGLang (`/update_weights_from_disk`).</summary>
    /// <param name="folder">The checkpoint's folder as the server sees it.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ServerException">The server cannot do that, or refuses the folder.</exception>
    public async Task LoadCheckpoint(string folder, CancellationToken cancel = default)
    {
        if (_dialect is not SglangDialect sglang)
        {
            string hint = Capabilities.Kind == ServerKind.Vllm
                ? "restart vLLM on each checkpoint, or use SGLang, which loads any folder by /update_weights_from_disk"
                : "restart the server on each checkpoint, or use SGLang, which loads any folder by /update_weights_from_disk";
            throw _connection.Fault(
                $"{Capabilities.KindName} loads no other checkpoint while it runs, expected SGLang", hint, ServerProblem.Refused);
        }

        await sglang.LoadCheckpoint(folder, cancel).ConfigureAwait(false);
    }

    /// <summary>Scores a text's part; null where the text is longer than the context.</summary>
    internal async Task<TextScore?> Score(ScoringRequest request, bool addSpecialTokens, CancellationToken cancel)
    {
        int end = request.TargetEnd < 0 ? request.Text.Length : request.TargetEnd;
        TokenizedText? own = Tokenizer?.EncodeWithOffsets(request.Text, addSpecialTokens);
        (int First, int Count)? target = own is null ? null : TargetTokens.Of(own, request);
        if (own?.Ids.Length > Capabilities.ContextTokens)
        {
            return null;
        }

        if (end <= request.TargetStart || target?.Count == 0)
        {
            return new TextScore(own?.Ids ?? [], target?.First ?? 0, []);
        }

        try
        {
            ServerPrompt prompt = Prompt(request.Text, own?.Ids, addSpecialTokens);
            ScoredPrompt scored = await _dialect.Score(prompt, cancel).ConfigureAwait(false);
            RequireSameTokens(scored, own?.Ids);
            (int first, int count) = target ?? Find(scored, request);
            return new TextScore(own?.Ids ?? scored.Ids ?? [], first, scored.LogProbs[first..(first + count)]);
        }
        catch (ServerException error) when (error.Problem == ServerProblem.TooLong)
        {
            return null;
        }
    }

    /// <summary>Samples one completion.</summary>
    internal async Task<TextCompletion> Complete(
        CompletionRequest request, int index, int sample, SamplingRule rule, bool addSpecialTokens, CancellationToken cancel)
    {
        int[]? ids = Tokenizer?.Encode(request.Prompt, addSpecialTokens);
        int most = request.MaxTokens;
        if (ids is not null && Capabilities.ContextTokens is int context)
        {
            most = Math.Min(most, context - ids.Length);
            if (most < 1)
            {
                throw new InvalidDataException(
                    $"prompt {index} has {ids.Length} tokens, the served model {context} positions, expected room for a completion. "
                    + "Hint: shorten the prompt or serve the model with a longer context.");
            }
        }

        ServerPrompt prompt = Prompt(request.Prompt, ids, addSpecialTokens);
        var wanted = new SamplingRequest(rule, request.Seeds[sample], most, Capabilities.OutputLogProbs);
        SampledText found;
        try
        {
            found = await _dialect.Complete(prompt, wanted, cancel).ConfigureAwait(false);
        }
        catch (ServerException error) when (error.Problem == ServerProblem.TooLong && ids is null && most > 1)
        {
            // Servers refuse what could become too long, where the engine stops at the end of the context.
            int room = await Room(prompt, wanted, cancel).ConfigureAwait(false);
            if (room < 1 || room >= most)
            {
                throw;
            }

            found = await _dialect.Complete(prompt, wanted with { MaxTokens = room }, cancel).ConfigureAwait(false);
        }

        int[] tokens = found.Ids ?? [.. Enumerable.Repeat(ScoredPrompt.UnknownId, found.Tokens)];
        return new TextCompletion(index, sample, found.Text, tokens, found.LogProbs, found.Truncated);
    }

    /// <summary>Whether a prompt leaves room for a completion.</summary>
    internal async Task<bool> Fits(string prompt, bool addSpecialTokens, CancellationToken cancel)
    {
        if (Tokenizer is { } tokenizer && Capabilities.ContextTokens is int context)
        {
            return tokenizer.Encode(prompt, addSpecialTokens).Length < context;
        }

        // A token has a byte at least, but for those that stand around a text.
        const int Around = 8;
        if (System.Text.Encoding.UTF8.GetByteCount(prompt) + Around < (Capabilities.ContextTokens ?? LeastContext))
        {
            return true;
        }

        try
        {
            int[]? ids = Tokenizer?.Encode(prompt, addSpecialTokens);
            await _dialect.Complete(
                Prompt(prompt, ids, addSpecialTokens), new SamplingRequest(new SamplingRule(), 1, 1, LogProbs: false), cancel)
                .ConfigureAwait(false);
            return true;
        }
        catch (ServerException error) when (error.Problem == ServerProblem.TooLong)
        {
            return false;
        }
    }

    /// <summary>Whether a start may wait for the server; not for one that takes all the time there is.</summary>
    internal static bool CanConnectLater(ServerException error) => error.CanRetry && !error.TimedOut;

    /// <summary>A request went well.</summary>
    internal void Succeeded() => Volatile.Write(ref _lastSuccess, Stopwatch.GetTimestamp());

    /// <summary>Whether a request went well since a time.</summary>
    internal bool HasSucceededSince(long timestamp) => Volatile.Read(ref _lastSuccess) > timestamp;

    /// <summary>Gives the server no more work; true for the first call.</summary>
    internal bool SetAside()
    {
        lock (_connection)
        {
            bool first = !IsSetAside;
            IsSetAside = true;
            return first;
        }
    }

    private static string Choose(ServerConnection connection, ServerIdentity identity, string? wanted)
    {
        string listed = string.Join(", ", identity.Models.Take(20).Select(name => $"'{connection.OneLine(name)}'"));
        return wanted is not null && (identity.Models.Count == 0 || identity.Models.Contains(wanted)) ? wanted
            : wanted is not null ? throw connection.Fault(
                $"serves {listed}, expected '{wanted}'", "name one of them with --server-model", ServerProblem.Refused)
            : identity.Models is [var only] ? only
            : throw connection.Fault(
                identity.Models.Count == 0 ? "names no model" : $"serves {identity.Models.Count} models: {listed}",
                "name one with --server-model", ServerProblem.Refused);
    }

    private ServerPrompt Prompt(string text, int[]? ids, bool addSpecialTokens) =>
        ids is null ? new ServerPrompt(text, null, addSpecialTokens)
        : Capabilities.TokenIds ? new ServerPrompt(text, ids)
        : new ServerPrompt(Unmarked(text, ids, addSpecialTokens));

    // A server that takes text alone puts the beginning token there itself, and must not find it written out.
    private string Unmarked(string text, int[] ids, bool addSpecialTokens)
    {
        if (addSpecialTokens || Tokenizer!.Encode(text).AsSpan().SequenceEqual(ids))
        {
            return text;
        }

        string? mark = ids.Length > 0 && Tokenizer.IsSpecial(ids[0]) ? Tokenizer.TokenOf(ids[0]) : null;
        return mark is { Length: > 0 } && text.StartsWith(mark, StringComparison.Ordinal)
            && Tokenizer.Encode(text[mark.Length..]).AsSpan().SequenceEqual(ids)
                ? text[mark.Length..]
                : throw _connection.Fault(
                    $"{Capabilities.KindName} takes text alone and puts special tokens around it, which this prompt must not have",
                    "use vLLM, SGLang or llama.cpp, which take token ids", ServerProblem.Refused);
    }

    private void RequireSameTokens(ScoredPrompt scored, int[]? own)
    {
        if (own is null)
        {
            return;
        }

        bool same = scored.LogProbs.Length == own.Length
            && (scored.Ids is null || scored.Ids.Zip(own).All(pair => pair.First == pair.Second || pair.First == ScoredPrompt.UnknownId));
        if (!same)
        {
            throw _connection.Fault(
                $"scored {scored.LogProbs.Length} tokens, the given tokenizer makes {own.Length} of the text, or other ones",
                "give the tokenizer of the served model", ServerProblem.Refused);
        }
    }

    private (int First, int Count) Find(ScoredPrompt scored, ScoringRequest request) =>
        (scored.Texts is null ? null : PromptAlignment.Find(scored.Texts, request)) ?? throw _connection.Fault(
            "the server's tokens do not add up to the text that was sent, or split a character where the target begins",
            "give --tokenizer DIR, a folder with the model's tokenizer.json; targets are then found by its offsets", ServerProblem.Refused);

    private async Task<int> Room(ServerPrompt prompt, SamplingRequest wanted, CancellationToken cancel)
    {
        SampledText one = await _dialect.Complete(prompt, wanted with { MaxTokens = 1 }, cancel).ConfigureAwait(false);
        return (Capabilities.ContextTokens - one.PromptTokens) ?? 0;
    }
}
