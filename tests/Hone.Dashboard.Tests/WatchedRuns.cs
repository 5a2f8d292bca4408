using System.Text.Json.Nodes;
using Hone.Hosting;

namespace Hone.Dashboard.Tests;

/// <summary>A server over an empty folder of runs, which tests fill, and a client that asks it.</summary>
public abstract class WatchedRuns : IAsyncLifetime
{
    /// <summary>The server looks at the disk at most every half second, and a machine can be slow.</summary>
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal RunMaker Runs { get; } = new();

    protected HttpClient Client { get; } = new() { Timeout = Soon };

    /// <summary>What goes wrong in the background.</summary>
    protected StringWriter Errors { get; } = new();

    protected WatchServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await WatchServer.StartAsync(Runs.Root, new WebHostSettings(), TimeProvider.System, Errors, Cancel);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await Server.DisposeAsync();
        Runs.Dispose();
        await Errors.DisposeAsync();
    }

    protected Uri Address(string path) => new(Server.Host.Address + path);

    protected Task<string> Text(string path) => Client.GetStringAsync(Address(path), Cancel);

    protected async Task<JsonNode> Json(string path) => JsonNode.Parse(await Text(path))!;

    /// <summary>Asks until the answer is as wanted.</summary>
    protected async Task<JsonNode> Until(string path, Func<JsonNode, bool> isThere)
    {
        for (DateTime end = DateTime.UtcNow + Soon; ;)
        {
            HttpResponseMessage answer = await Client.GetAsync(Address(path), Cancel);
            JsonNode json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
            if (answer.IsSuccessStatusCode && isThere(json))
            {
                return json;
            }

            Assert.True(DateTime.UtcNow < end, $"{path} has not come: {json}");
            await Task.Delay(100, Cancel);
        }
    }
}
