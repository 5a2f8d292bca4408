using Hone.Dashboard.Api;
using Hone.Dashboard.Pages;
using Hone.Dashboard.Runs;
using Hone.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Dashboard;

/// <summary>Live pages over a folder of runs, and the JSON that they are made of.</summary>
public sealed class WatchServer : IAsyncDisposable
{
    // A page may load nothing from elsewhere, run no script but ours, be in no frame and send no form.
    private static readonly Dictionary<string, string> Headers = new()
    {
        ["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
            + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ["X-Content-Type-Options"] = "nosniff",
        ["Referrer-Policy"] = "no-referrer",
        ["Cross-Origin-Resource-Policy"] = "same-origin",
        ["Cross-Origin-Opener-Policy"] = "same-origin",
    };

    private readonly RunsFolder _folder;

    private WatchServer(RunsFolder folder, LocalWebHost host) => (_folder, Host) = (folder, host);

    /// <summary>Where it listens, and what ends it.</summary>
    public LocalWebHost Host { get; }

    /// <summary>Starts the pages over a folder.</summary>
    /// <param name="folder">A folder of runs, or one run. It is only read, and links out of it are not followed.</param>
    /// <param name="settings">Where to listen and what to let in.</param>
    /// <param name="time">The clock that tells running runs from stale ones.</param>
    /// <param name="errors">Where to say what goes wrong with a run while the pages go on.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">The settings have a problem.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<WatchServer> StartAsync(
        string folder, WebHostSettings settings, TimeProvider time, TextWriter errors, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(errors);
        var runs = new RunsFolder(folder, time, errors);
        try
        {
            var api = new RunsApi(runs);
            var pages = new RunPages(runs, time);
            LocalWebHost host = await LocalWebHost.StartAsync(settings with { Headers = Headers }, routes => Map(routes, api, pages), cancel);
            return new WatchServer(runs, host);
        }
        catch
        {
            runs.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    private static void Map(IEndpointRouteBuilder routes, RunsApi api, RunPages pages)
    {
        Get("/", pages.ListAsync, isPage: true);
        Get("/runs/{name}", context => pages.RunAsync(context, Name(context)), isPage: true);
        Get("/runs/{name}/samples", context => pages.SamplesAsync(context, Name(context)), isPage: true);
        Get("/compare", pages.CompareAsync, isPage: true);
        Get("/api/runs", api.ListAsync);
        Get("/api/runs/{name}", context => api.RunAsync(context, Name(context)));
        Get("/api/runs/{name}/samples", context => api.SamplesAsync(context, Name(context)));
        Get("/health", context => Answer.TextAsync(context, "ok\n", "text/plain; charset=utf-8"));
        foreach ((string path, string type, string text) in Assets.All)
        {
            Get(path, context => Answer.TextAsync(context, text, type));
        }

        void Get(string path, RequestDelegate answer, bool isPage = false) => routes.MapGet(path, context =>
        {
            SameSite.Check(context.Request, isPage);
            return answer(context);
        });
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
