using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>
/// A model behind an HTTP API that answers as vLLM's does. Log-probabilities are the engine's floats, at temperature 1 and before
/// any filter (vLLM's `raw_logprobs`), and depend on nothing but the request: not on what is served beside it.
/// </summary>
public sealed class CompletionServer : IAsyncDisposable
{
    /// <summary>Most time that a request may take, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(30);

    private CompletionServer(LocalWebHost host, EngineLoop engine) => (Host, Engine) = (host, engine);

    /// <summary>The HTTP side.</summary>
    public LocalWebHost Host { get; }

    /// <summary>The thread that uses the model.</summary>
    public EngineLoop Engine { get; }

    /// <summary>Starts serving; the model stays the caller's, but is in use until the server is disposed of.</summary>
    /// <param name="model">What to serve.</param>
    /// <param name="engine">How much it does at a time.</param>
    /// <param name="web">Where it listens and what it lets in.</param>
    /// <param name="timeLimit">Most time that a request may take; <see cref="DefaultTimeLimit"/> where not given.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="ArgumentException">The settings have a problem.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<CompletionServer> StartAsync(
        ServedModel model, EngineSettings engine, WebHostSettings web, TimeSpan? timeLimit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var loop = new EngineLoop(model.Weights, engine);
        try
        {
            LocalWebHost host = await LocalWebHost.StartAsync(
                web, routes => Endpoints.Map(routes, model, loop, timeLimit ?? DefaultTimeLimit), cancel);
            return new CompletionServer(host, loop);
        }
        catch
        {
            loop.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Engine.Dispose();
    }
}
