using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Hosting;

namespace Hone.Dashboard.Tests;

/// <summary>A run of many rollouts stays responsive.</summary>
public sealed class MillionRolloutsTests : IDisposable
{
    private const int PerStep = 1000;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly RunMaker _runs = new();
    private readonly HttpClient _client = new();

    [Theory]
    [InlineData(20)]
    [Trait("Category", "Fast")]
    public Task Twenty_thousand_rollouts(int steps) => Watch(steps);

    [Theory]
    [InlineData(1000)]
    [Trait("Category", "Long")]
    public Task A_million_rollouts(int steps) => Watch(steps);

    public void Dispose()
    {
        _client.Dispose();
        _runs.Dispose();
    }

    private async Task Watch(int steps)
    {
        // Well under a second on a quiet machine; the bound leaves room for a busy one.
        var bound = TimeSpan.FromSeconds(2);
        Write(steps);
        int rows = steps * PerStep;
        await using WatchServer server = await WatchServer.StartAsync(_runs.Root, new WebHostSettings(), TimeProvider.System, TextWriter.Null, Cancel);
        var watch = Stopwatch.StartNew();
        string samples = server.Host.Address + "api/runs/big/samples";
        while ((int)(await Ask(samples + "?size=1")).Answer["total"]! < rows)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), "the index is not complete after three minutes");
            await Task.Delay(200, Cancel);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{rows} rollouts were indexed in {watch.Elapsed.TotalSeconds:F1} s");

        // Each step has rewards 0 and 1 by turns, and ANLL i / 1,000.
        foreach ((string query, int expected) in new[]
        {
            ("", rows), ("?reward_from=1", rows / 2), ("?anll_from=0.9&truncated=true", steps * 5), ("?sort=anll", rows), ("?sort=anll&skip=" + (rows / 2), rows),
        })
        {
            (JsonNode answer, TimeSpan took) = await Fastest(samples + query);
            TestContext.Current.TestOutputHelper!.WriteLine($"{query}: {took.TotalMilliseconds:F0} ms");
            Assert.Equal(expected, (int)answer["total"]!);
            Assert.Equal(20, answer["samples"]!.AsArray().Count);
            Assert.True(took < bound, $"{query} took {took}");
        }

        JsonNode last = (await Ask($"{samples}?order=asc&skip={rows - 1}")).Answer["samples"]![0]!;
        Assert.Equal((steps, $"completion {PerStep - 1} of {steps}"), ((int)last["step"]!, (string)last["completion"]!));
    }

    // A machine may be busy with other things; a step_from below the first step makes a query that is not known yet.
    private async Task<(JsonNode Answer, TimeSpan Took)> Fastest(string address)
    {
        List<(JsonNode Answer, TimeSpan Took)> answers = [];
        foreach (int from in new[] { 0, 1 })
        {
            answers.Add(await Ask($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}step_from={from}"));
        }

        answers.Add(await Ask(address));
        return answers.MinBy(answer => answer.Took);
    }

    private async Task<(JsonNode Answer, TimeSpan Took)> Ask(string address)
    {
        var watch = Stopwatch.StartNew();
        string text = await _client.GetStringAsync(new Uri(address), Cancel);
        return (JsonNode.Parse(text)!, watch.Elapsed);
    }

    private void Write(int steps)
    {
        _runs.Run("big", 0, steps);
        string padding = new('x', 300);
        for (int step = 1; step <= steps; step++)
        {
            using var writer = new StreamWriter(_runs.RolloutFile("big", step));
            for (int i = 0; i < PerStep; i++)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $$"""{"step":{{step}},"prompt_id":"p{{i / 8}}","sample":{{i % 8}},"prompt":"{{padding}}","completion":"completion {{i}} of {{step}}","reward":{{i % 2}},"correct":{{(i % 2 == 0 ? "false" : "true")}},"truncated":{{(i % 20 == 0 ? "true" : "false")}},"tokens":{{i}},"mean_logprob":{{-i / 1000.0}}}"""));
            }
        }
    }
}
