using System.Diagnostics;
using Hone.Engine.Memory;
using Hone.Serving.Tests.Testing;

namespace Hone.Serving.Tests.Completions;

/// <summary>Alone in the process, for memory is counted for all of it.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
public class SoakAlone;

/// <summary>A while of requests that come, go and leave early.</summary>
[Collection(nameof(SoakTests))]
public class SoakTests
{
    private static readonly TimeSpan Soak = TimeSpan.FromSeconds(3);

    // A pass can be longer than any before it, by 2048 tokens and 1024 rows of logits; a cache of 640 kB for each of the requests,
    // 20 at least, would be more.
    private const long MostGrowth = 8_000_000;

    [Fact]
    public async Task Nothing_grows_while_requests_come_and_go()
    {
        await using TestServer server = await TestServer.StartAsync(rows: 8, cacheTokens: 2000);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => server.CompleteAsync(ConcurrencyTests.Body(i))));
        await server.IdleAsync();
        long before = Arena.ReservedBytes;
        var watch = Stopwatch.StartNew();
        int done = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async client =>
        {
            for (int i = client; watch.Elapsed < Soak; i += 6)
            {
                using var leave = new CancellationTokenSource();
                if (i % 5 == 0)
                {
                    leave.CancelAfter(i % 7);
                }

                try
                {
                    using HttpResponseMessage answer = await server.SendAsync("v1/completions", ConcurrencyTests.Body(i), leave.Token);
                    Assert.True(answer.IsSuccessStatusCode);
                    Interlocked.Increment(ref done);
                }
                catch (OperationCanceledException) when (leave.IsCancellationRequested)
                {
                    continue;
                }
            }
        }));
        await server.IdleAsync();
        Assert.InRange(done, 20, int.MaxValue);
        Assert.InRange(Arena.ReservedBytes, 1, before + MostGrowth);
    }
}
