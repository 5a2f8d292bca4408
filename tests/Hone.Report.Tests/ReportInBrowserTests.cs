using Hone.Browser;
using Microsoft.Playwright;

namespace Hone.Report.Tests;

/// <summary>The report in a real browser, from a file, with texts that try to get out of it.</summary>
public sealed class ReportInBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Phone = 390;

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(Phone, false)]
    [InlineData(Phone, true)]
    public async Task Draws_its_charts_asks_for_nothing_and_runs_nothing_of_the_log(int width, bool dark)
    {
        Assert.SkipWhen(ChartsBundle.Script is null, "Built without charts: npm ci, then build again.");
        using MadeRun run = MadeRun.Write();
        ReportPage.Write(run.ReportFile, ReportData.Gather(WithManyRewards(run.Source())));
        IPage page = await chromium.PageAsync(width, dark: dark);
        List<string> problems = [], requests = [];
        page.Console += (_, message) => problems.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
        page.PageError += (_, error) => problems.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
        string address = new Uri(run.ReportFile).AbsoluteUri;
        await page.GotoAsync(address);

        int charts = await page.Locator("[data-chart]").CountAsync();
        Assert.True(charts >= 10, $"{charts} charts");
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        await page.WaitForFunctionAsync("[...document.querySelectorAll('[data-chart]')].every(e => e.querySelectorAll('svg path').length > 2)");
        Assert.Equal(charts, await page.Locator("figure details table caption").CountAsync());
        Assert.Equal(0, await page.Locator("th:not([scope])").CountAsync());
        Assert.Equal(charts, await page.Locator("[data-chart][role=img][aria-label]").CountAsync());

        Assert.True(await page.EvaluateAsync<bool>("window.pwned === undefined"));
        Assert.Equal(0, await page.Locator("img, iframe, main style, main svg[onload]").CountAsync());
        Assert.Contains("<script>window.pwned=1</script>", await page.Locator("#hardest pre").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal([], problems);
        Assert.Equal([address], requests);

        // Scores in a legend have the decimals of a table.
        string[] legend = [.. await page.Locator("#sweep .legend span").AllInnerTextsAsync()];
        Assert.Matches("^score of the pick [01]\\.[0-9]{3}$", legend[0]);
        Assert.Matches("^[01]\\.[0-9]{3}$", legend[1]);

        // Nothing is wider than the screen, and headings go down one level at a time.
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        Assert.True(await page.EvaluateAsync<bool>("""
            [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1]).every((level, i, all) => i === 0 ? level === 1 : level <= all[i - 1] + 1)
            """));
        int brightness = await page.EvaluateAsync<int>("+getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]");
        Assert.True(dark ? brightness < 80 : brightness > 200, $"ground {brightness}");
    }

    [Fact]
    public async Task A_script_that_got_into_the_file_does_not_run()
    {
        using MadeRun run = MadeRun.Write();
        string html = ReportPage.Html(ReportData.Gather(run.Source()));
        File.WriteAllText(run.ReportFile, html.Replace(
            "<main>", "<main><script>window.pwned=1</script><img src=x onerror='window.pwned=1'>", StringComparison.Ordinal));
        IPage page = await chromium.PageAsync();
        await page.GotoAsync(new Uri(run.ReportFile).AbsoluteUri);
        Assert.True(await page.EvaluateAsync<bool>("window.pwned === undefined"));
    }

    [Fact]
    public async Task Legends_switch_series_and_colours_follow_the_reader()
    {
        Assert.SkipWhen(ChartsBundle.Script is null, "Built without charts: npm ci, then build again.");
        using MadeRun run = MadeRun.Write();
        ReportPage.Write(run.ReportFile, ReportData.Gather(run.Source()));
        IPage page = await chromium.PageAsync();
        await page.GotoAsync(new Uri(run.ReportFile).AbsoluteUri);
        ILocator chart = page.Locator("#scores [data-chart]"), button = page.Locator("#scores .legend button").First;
        string before = await chart.InnerHTMLAsync();
        await button.ClickAsync();
        Assert.Equal("false", await button.GetAttributeAsync("aria-pressed"));
        await page.WaitForFunctionAsync("before => document.querySelector('#scores [data-chart]').innerHTML !== before", before);

        string light = await page.Locator("#rewards [data-chart]").First.InnerHTMLAsync();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await page.WaitForFunctionAsync("before => document.querySelector('#rewards [data-chart]').innerHTML !== before", light);
        Assert.Equal("false", await page.Locator("#scores .legend button").First.GetAttributeAsync("aria-pressed"));
    }

    // Rewards of many values are drawn as points too.
    private static ReportSource WithManyRewards(ReportSource source) => source with
    {
        Rollouts = [.. source.Rollouts.Select(rollout => rollout with { Reward = rollout.Reward + (0.1 * rollout.Anll) })],
    };
}
