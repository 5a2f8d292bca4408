using System.Diagnostics;
using Hone.Browser;
using Hone.Hosting;
using Microsoft.Playwright;

namespace Hone.Dashboard.Tests;

/// <summary>The pages in a real browser.</summary>
public sealed class WatchPageTests(Chromium browser) : IClassFixture<Chromium>, IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // What the page promises, and what a loaded machine may add to it.
    private static readonly TimeSpan NewStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);
    private readonly RunMaker _runs = new();
    private readonly List<string> _complaints = [];
    private WatchServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await WatchServer.StartAsync(_runs.Root, new WebHostSettings(), TimeProvider.System, TextWriter.Null, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _runs.Dispose();
    }

    [Fact]
    public async Task A_new_step_and_a_new_run_appear_while_a_run_is_going()
    {
        _runs.Run("going", 4, 9);
        IPage page = await Open("runs/going");
        await Assertions.Expect(page.Locator("#curves .chart svg").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#scores .chart svg")).ToBeVisibleAsync();
        Assert.True(await page.Locator("#curves .chart svg path").CountAsync() > 3, "no lines were drawn");
        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync("4 of 9");
        var watch = Stopwatch.StartNew();
        _runs.Step("going", 5);
        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync("5 of 9");
        TestContext.Current.SendDiagnosticMessage($"a new step was on the page after {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(watch.Elapsed < NewStep + Slack, $"{watch.Elapsed}");
        await Assertions.Expect(page.Locator("#ranking tbody tr").First).ToContainTextAsync("5");

        await page.GotoAsync(_server.Host.Address.ToString());
        await Assertions.Expect(page.Locator("#runs tbody tr")).ToHaveCountAsync(1);
        _runs.Run("second", 1, 9);
        await Assertions.Expect(page.Locator("#runs tbody tr")).ToHaveCountAsync(2);
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_table_of_metrics_keeps_the_names_of_its_columns()
    {
        _runs.Run("a", 2, 9);
        IPage page = await Open("runs/a");
        await Assertions.Expect(page.Locator("#metrics thead th")).ToHaveTextAsync(["Step", "reward", "entropy", "mean_logprob"]);

        // As many columns, other names: the run was begun anew.
        File.WriteAllText(_runs["a", "metrics.jsonl"], "{\"step\":1,\"loss\":0.25,\"kl\":0.5,\"reward\":0.75}\n");
        await Assertions.Expect(page.Locator("#metrics thead th")).ToHaveTextAsync(["Step", "loss", "kl", "reward"]);
        await Assertions.Expect(page.Locator("#metrics tbody td")).ToHaveTextAsync(["1", "0.25", "0.5", "0.75"]);
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Filters_leave_what_fits_and_stand_in_the_address()
    {
        _runs.Run("a", 3, 3);
        IPage page = await Open("runs/a/samples");
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("1 to 20 of 24.");
        await page.GetByLabel("Truncated").SelectOptionAsync("true");
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("1 to 6 of 6.");
        await Assertions.Expect(page.Locator("article.sample")).ToHaveCountAsync(6);
        await page.GetByLabel("Step from").FillAsync("3");
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("1 to 2 of 2.");
        Assert.Contains("truncated=true", page.Url, StringComparison.Ordinal);
        Assert.Contains("step_from=3", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("Truncated").SelectOptionAsync("");
        await page.GetByLabel("Step from").FillAsync("");
        await page.GetByLabel("Text contains").FillAsync("of step 2 sample 1");
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("2 with the text; searched 24 of 24.");
        await page.GetByLabel("Text contains").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("21 to 24 of 24.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).ClickAsync();
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("1 to 20 of 24.");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task What_a_model_wrote_is_inert()
    {
        const string Name = "<img src=x onerror=alert(2)>";
        const string Hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"></pre><b id=injected>";
        _runs.Run(Name, 2, 2);
        File.AppendAllText(_runs.RolloutFile(Name, 2), RunMaker.Line(2, "<svg onload=alert(3)>", 0, Hostile) + "\n");
        IPage page = await Open($"runs/{Uri.EscapeDataString(Name)}/samples?prompt={Uri.EscapeDataString("<svg onload=alert(3)>")}");
        page.Dialog += (_, dialog) => _complaints.Add(dialog.Message);
        await Assertions.Expect(page.Locator("pre.completion")).ToHaveTextAsync(Hostile);
        Assert.Equal(0, await page.Locator("main img, main script, #injected").CountAsync());
        Assert.StartsWith(Name, await page.TitleAsync(), StringComparison.Ordinal);
        await page.GotoAsync(_server.Host.Address + $"compare?run={Uri.EscapeDataString(Name)}");
        await Assertions.Expect(page.Locator("#curves .chart svg").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("main img, main script").CountAsync());
        Assert.Empty(_complaints);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Pages_fit_the_screen(int width, bool dark)
    {
        _runs.Run("a", 12, 20);
        _runs.Run("b-with-a-long-name-that-goes-on-and-on-without-any-blank-in-it", 8, 20);
        File.WriteAllText(_runs["a", "evals.jsonl"], """{"step":6,"data_set":"held-out","accuracy":0.25,"low":0.1,"high":0.4,"prompts":20,"samples":1}""" + "\n");
        IPage page = await Open("", width, dark);
        string? pictures = Environment.GetEnvironmentVariable("HONE_SCREENSHOTS");
        foreach (string path in new[] { "", "runs/a", "runs/a/samples", "compare?run=a&run=b-with-a-long-name-that-goes-on-and-on-without-any-blank-in-it" })
        {
            await page.GotoAsync(_server.Host.Address + path);
            await page.WaitForTimeoutAsync(1500);
            int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"/{path} is {overflow} pixels too wide at {width}");

            // Every column can be scrolled to within the table's own box, and the row's name stays beside it.
            string cut = await page.EvaluateAsync<string>("""
                [...document.querySelectorAll('.scroll')].filter(box => box.offsetParent !== null && box.querySelector('tbody tr')).filter(box => {
                  box.scrollLeft = box.scrollWidth;
                  const row = box.querySelector('tbody tr'), edges = box.getBoundingClientRect();
                  const isCut = row.lastElementChild.getBoundingClientRect().right > edges.right + 1
                    || row.firstElementChild.getBoundingClientRect().left < edges.left - 1;
                  box.scrollLeft = 0;
                  return isCut;
                }).map(box => box.firstElementChild.id).join(' ')
                """);
            Assert.Equal("", cut);
            if (pictures is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, $"{width}-{(dark ? "dark" : "light")}-{path.Replace('/', '-').Split('?')[0]}.png"), FullPage = true });
            }
        }

        Assert.Empty(_complaints);
    }

    private async Task<IPage> Open(string path, int width = 1280, bool dark = false)
    {
        IPage page = await browser.PageAsync(width, 900, dark);
        Assert.SkipUnless(Assets.AreLive, "Hone was built without its scripts: npm ci, then build again.");
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        await page.GotoAsync(_server.Host.Address + path);
        return page;
    }
}
