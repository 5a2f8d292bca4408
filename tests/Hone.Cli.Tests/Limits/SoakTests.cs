using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Hone.Cli.Tests.Limits;

/// <summary>
/// `train`, `watch` over its run and `serve`, all three under load for HONE_SOAK_MINUTES: what they hold of memory and of open files
/// once they are warm.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    // In MiB a minute. Collections of garbage move a process's memory by some ten MiB, whenever they come.
    private const double MostSlope = 3.0;

    // Of a rollout: 64 in the live page's index, and what a ranking or a page holds of each while it is made.
    private const double MostBytes = 400;

    private const double WarmUpShare = 0.25;

    // Connections come and go.
    private const int MostMoreHandles = 20;

    // Of a run that SIGTERM ended; servers end with 0.
    private const int Terminated = 143;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Long")]
    public async Task Memory_and_handles_stay_flat_while_a_run_is_trained_watched_and_a_model_is_served()
    {
        Shared.OnlyWhenLong();
        string? asked = Environment.GetEnvironmentVariable("HONE_SOAK_MINUTES");
        Assert.SkipWhen(asked is null, "takes as long as HONE_SOAK_MINUTES says; set it to run it");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory and handles are read from /proc");
        TimeSpan soak = TimeSpan.FromMinutes(double.Parse(asked!, CultureInfo.InvariantCulture));
        string held = _folder.Arithmetic("held.jsonl", 32, level: 1, seed: 5), run = _folder["runs/soak"];
        string config = _folder.Write(
            "soak.yaml", "model: arith-base", "arithmetic: {count: 200, level: 2, seed: 11}", "steps: 1000000", "prompts_per_step: 16",
            "group_size: 8", "max_completion_tokens: 48", "save_every: 20", "keep: {best: 2}", "rank: {window: 20}", "guard: {spike: 10}",
            "threads: 1", $"eval: {{data: {held}, every: 20}}", $"out: {run}");
        using var train = SoakedProcess.Start("train", "--config", config, "--quiet");
        await train.UntilAsync(() => File.Exists(Path.Combine(run, "rollouts", "step-000001.jsonl")), Patience);
        using var watch = SoakedProcess.Start("watch", _folder["runs"], "--port", "0", "--quiet");
        using var serve = SoakedProcess.Start(
            "serve", "--model", "arith-base", "--port", "0", "--threads", "1", "--cache-tokens", "20000", "--quiet");
        using var pages = new HttpClient { BaseAddress = await watch.AddressAsync(Patience), Timeout = Patience };
        using var completions = new HttpClient { BaseAddress = await serve.AddressAsync(Patience), Timeout = Patience };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(soak);
        Task<int>[] loads = [ReadPagesAsync(pages, end.Token), CompleteAsync(completions, 0, end.Token), CompleteAsync(completions, 1, end.Token)];
        SoakedProcess[] all = [train, watch, serve];
        while (!end.IsCancellationRequested)
        {
            Assert.All(all, process => process.Sample());
            await Task.Delay(Tick, TestContext.Current.CancellationToken);
        }

        int[] done = await Task.WhenAll(loads);
        int steps = Directory.GetFiles(Path.Combine(run, "rollouts")).Length;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{soak.TotalMinutes:F0} minutes: {steps:N0} steps, {steps * 128:N0} completions, {done[0]:N0} pages read, {done[1] + done[2]:N0} completions served"));
        Assert.All(all, process => output.WriteLine(process.Summary(WarmUpShare)));
        Assert.Equal((Terminated, 0, 0), (await train.EndAsync(Patience), await watch.EndAsync(Patience), await serve.EndAsync(Patience)));
        Assert.All(done, count => Assert.True(count > 0));
        Assert.All(all, process => Assert.True(process.MoreHandles(WarmUpShare) <= MostMoreHandles, process.Summary(WarmUpShare)));
        Assert.All([train, serve], process => Assert.True(process.MemorySlope(WarmUpShare) < MostSlope, process.Summary(WarmUpShare)));
        double rolloutsAMinute = steps * 128 / soak.TotalMinutes;
        Assert.True(watch.MemorySlope(WarmUpShare) * (1 << 20) < rolloutsAMinute * MostBytes, watch.Summary(WarmUpShare));
    }

    private static async Task<int> ReadPagesAsync(HttpClient client, CancellationToken end)
    {
        string[] paths = ["", "runs/soak", "api/runs", "api/runs/soak", "api/runs/soak/samples", "runs/soak/samples"];
        int done = 0;
        while (!end.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await client.GetAsync(paths[done % paths.Length], CancellationToken.None);
            Assert.True(answer.IsSuccessStatusCode, $"{paths[done % paths.Length]}: {answer.StatusCode}");
            await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
            done++;
            await Pause(200, end);
        }

        return done;
    }

    // Every third request is left before it is answered.
    private static async Task<int> CompleteAsync(HttpClient client, int seed, CancellationToken end)
    {
        int done = 0;
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            using var leave = new CancellationTokenSource();
            if (i % 3 == 2)
            {
                leave.CancelAfter(1 + (i % 17));
            }

            string body = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"model":"arith-base","prompt":"{{i % 97}}+{{i % 89}}=","max_tokens":48,"seed":{{(i * 2) + seed}},"logprobs":2}""");
            try
            {
                using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
                using HttpResponseMessage answer = await client.PostAsync("v1/completions", content, leave.Token);
                Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
                done++;
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                continue;
            }

            await Pause(50, end);
        }

        return done;
    }

    private static async Task Pause(int milliseconds, CancellationToken end)
    {
        try
        {
            await Task.Delay(milliseconds, end);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
