using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hone.Hosting;

/// <summary>
/// An HTTP server of ours: on loopback unless told otherwise, with a key, limits and errors in one shape, and silent. It reads
/// no configuration but its settings, sends no CORS headers, and leaves Ctrl-C to the program.
/// </summary>
public sealed class LocalWebHost : IAsyncDisposable
{
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(15);
    private readonly WebApplication _application;

    private LocalWebHost(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>Where it listens, with the port that it has: `http://127.0.0.1:8000/`.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server; requests are answered from here on.</summary>
    /// <param name="settings">Where it listens and what it lets in.</param>
    /// <param name="map">Adds the endpoints. Handlers refuse with <see cref="RequestProblemException"/>.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="ArgumentException">The settings have a <see cref="WebHostSettings.Problem"/>.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<LocalWebHost> StartAsync(
        WebHostSettings settings, Action<IEndpointRouteBuilder> map, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(map);
        if (settings.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(settings));
        }

        WebApplication application = Build(settings);
        try
        {
            var gate = new RequestGate(settings, settings.Address!);
            application.Use((context, next) =>
            {
                foreach ((string name, string value) in settings.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                return AnswerAsync(context, gate, next);
            });
            application.UseRouting();
            map(application);
            await application.StartAsync(cancel);
            return new LocalWebHost(application, new Uri(application.Urls.Single()));
        }
        catch (Exception error)
        {
            await application.DisposeAsync();
            if (error is IOException or System.Net.Sockets.SocketException)
            {
                throw CannotListen(settings, error);
            }

            throw;
        }
    }

    /// <summary>Runs until it is told to stop; then ends what is running.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var asked = new TaskCompletionSource();
        using CancellationTokenRegistration registration = stop.Register(() => asked.TrySetResult());
        await asked.Task;
        await StopAsync();
    }

    /// <summary>Takes no more requests and waits for those that run; after the stop time they are cut off.</summary>
    public Task StopAsync() => _application.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static WebApplication Build(WebHostSettings settings)
    {
        // Neither settings files nor the environment: a server listens only where it was told to.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.StopTime);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersTime;
            kestrel.Listen(settings.Address!, settings.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private static async Task AnswerAsync(HttpContext context, RequestGate gate, RequestDelegate next)
    {
        try
        {
            gate.Check(context.Request);
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 } response)
            {
                await ErrorAnswer.WriteAsync(context, new RequestProblemException(
                    response.StatusCode, $"{context.Request.Method} {context.Request.Path}: no such endpoint."));
            }
        }
        catch (Exception error)
        {
            await FailAsync(context, error);
        }
    }

    // Where the answer has begun, cutting it off is the only way left to say that it is not whole.
    private static Task FailAsync(HttpContext context, Exception error)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return ErrorAnswer.WriteAsync(context, error switch
        {
            RequestProblemException problem => problem,
            Microsoft.AspNetCore.Http.BadHttpRequestException bad => new RequestProblemException(bad.StatusCode, bad.Message),
            _ => new RequestProblemException(500, $"The server failed on this request ({error.GetType().Name})."),
        });
    }

    private static IOException CannotListen(WebHostSettings settings, Exception error) => new(
        error.InnerException is AddressInUseException || error is AddressInUseException
            ? $"port {settings.Port} of {settings.Host} is taken, expected a free one. "
                + "Hint: another --port, or --port 0 for any free one."
            : $"{settings.Host}:{settings.Port}: cannot listen there: {error.Message.TrimEnd('.')}. "
                + "Hint: --host takes an address of this machine; ports below 1024 may need rights.",
        error);

    // The program decides when to stop.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
