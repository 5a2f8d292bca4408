using Hone.Engine.Kernels;

namespace Hone.Inference.Servers;

/// <summary>
/// Several servers of the same model as one text model. They share the work; what one fails to answer goes to the others, and
/// every request is answered once.
/// </summary>
public sealed class ServerPool : ITextModel, IDisposable
{
    // Of the mean over the check's text; number formats and batches come to some hundredths.
    private const float SameModel = 0.2f;

    private readonly ServerOptions _options;

    private ServerPool(IReadOnlyList<ServerModel> servers, ServerOptions options) => (Servers, _options) = (servers, options);

    /// <summary>The servers.</summary>
    public IReadOnlyList<ServerModel> Servers { get; }

    /// <summary>The served model's name.</summary>
    public string Model => Servers[0].Capabilities.Model;

    /// <summary>Whether texts get a beginning token and the like; not for what a chat template rendered.</summary>
    public bool AddSpecialTokens { get; set; } = true;

    /// <inheritdoc/>
    public int ContextTokens => Servers.Select(server => server.Capabilities.ContextTokens ?? int.MaxValue).Min();

    /// <summary>
    /// Connects to servers. One that cannot be reached or used is left out with a warning, as long as there is another; one
    /// whose log-probabilities are those of another model is an error.
    /// </summary>
    /// <param name="addresses">Where they are.</param>
    /// <param name="options">How they are asked.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ServerException">None can be used, or they do not serve the same model.</exception>
    public static ServerPool Connect(IReadOnlyList<ServerAddress> addresses, ServerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(options);
        Task<ServerModel>[] connecting =
            [.. addresses.Select(address => Task.Run(() => ServerModel.Connect(address, options, cancel), cancel))];
        try
        {
            Task.WaitAll(connecting, CancellationToken.None);
        }
        catch (AggregateException)
        {
            // Each is looked at below.
        }

        ServerModel[] servers = [.. connecting.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)];
        Exception[] problems = [.. connecting.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException!)];
        try
        {
            cancel.ThrowIfCancellationRequested();
            if (problems.FirstOrDefault(problem => servers.Length == 0 || problem is not ServerException) is { } fatal)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fatal);
            }

            foreach (Exception problem in problems)
            {
                options.Warn($"{problem.Message} Going on without it.");
            }

            RequireSameModel(servers);
            return new ServerPool(servers, options);
        }
        catch
        {
            Array.ForEach(servers, server => server.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Fits(string prompt) => Fit([prompt])[0];

    /// <inheritdoc/>
    /// <exception cref="ServerException">A request is refused, or no server is left.</exception>
    public bool[] Fit(IReadOnlyList<string> prompts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        bool[] fit = new bool[prompts.Count];
        SharedWork.Run(
            Servers, _options, prompts.Count, (server, i, token) => server.Fits(prompts[i], AddSpecialTokens, token),
            (i, answer) => fit[i] = answer, cancel);
        return fit;
    }

    /// <inheritdoc/>
    /// <remarks>Results come in the order in which the servers answer.</remarks>
    /// <exception cref="ServerException">A request is refused, or no server is left.</exception>
    public void Score(IReadOnlyList<ScoringRequest> requests, Action<int, TextScore?> scored, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(scored);
        SharedWork.Run(
            Servers, _options, requests.Count, (server, i, token) => server.Score(requests[i], AddSpecialTokens, token), scored, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>Ids that a server does not tell are -1; without output log-probabilities there are none in the answer.</remarks>
    /// <exception cref="ServerException">A request is refused, or no server is left.</exception>
    public IReadOnlyList<TextCompletion> Complete(
        IReadOnlyList<CompletionRequest> requests, SamplingRule rule, Action<TextCompletion>? completed = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(rule);
        (int Request, int Sample)[] all =
            [.. requests.SelectMany((request, i) => Enumerable.Range(0, request.Seeds.Count).Select(sample => (i, sample)))];
        var completions = new TextCompletion[all.Length];
        try
        {
            SharedWork.Run(
                Servers, _options, all.Length,
                (server, i, token) =>
                    server.Complete(requests[all[i].Request], all[i].Request, all[i].Sample, rule, AddSpecialTokens, token),
                (i, completion) =>
                {
                    completions[i] = completion;
                    completed?.Invoke(completion);
                },
                cancel);
            return completions;
        }
        catch (ServerException error) when (error.Unanswered.Count > 0)
        {
            throw error.Of([.. error.Unanswered.Select(i => all[i].Request).Distinct()]);
        }
    }

    /// <summary>Loads a checkpoint's weights on every server; see <see cref="ServerModel.LoadCheckpoint"/>.</summary>
    public void LoadCheckpoint(string folder, CancellationToken cancel = default)
    {
        Polly.ResiliencePipeline retry = Retrying.Pipeline(_options, ServerModel.ConnectRetries, ServerModel.CanConnectLater);
        Task.WhenAll(Servers.Where(server => !server.IsSetAside).Select(server => Task.Run(
            async () => await retry.ExecuteAsync(
                async token => await server.LoadCheckpoint(folder, token).ConfigureAwait(false), cancel).ConfigureAwait(false),
            cancel))).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ServerModel server in Servers)
        {
            server.Dispose();
        }
    }

    // Names can differ for the same weights, and be the same for others; what they make of a text tells.
    private static void RequireSameModel(ServerModel[] servers)
    {
        ServerModel? first = servers.FirstOrDefault(server => server.Sample is not null);
        foreach (ServerModel server in servers)
        {
            bool same = server.Sample is null || first is null
                ? server.Capabilities.Model == servers[0].Capabilities.Model
                : server.Sample.Length == first.Sample!.Length
                    && server.Sample.Zip(first.Sample).Skip(1).Average(pair => Math.Abs(pair.First - pair.Second)) <= SameModel;
            if (!same)
            {
                throw new ServerException(
                    server.Name,
                    $"serves another model ('{server.Capabilities.Model}') than {servers[0].Name} ('{servers[0].Capabilities.Model}')",
                    "name servers of one model, and the model with --server-model", ServerProblem.Refused);
            }
        }
    }
}
