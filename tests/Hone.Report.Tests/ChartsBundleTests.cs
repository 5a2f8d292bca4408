using Hone.Browser;
using Microsoft.Playwright;

namespace Hone.Report.Tests;

/// <summary>The bundle in a real browser.</summary>
public sealed class ChartsBundleTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Draws_a_line_without_network()
    {
        Assert.SkipWhen(ChartsBundle.Script is null, "Built without charts: npm ci, then build again.");
        IPage page = await chromium.PageAsync(offline: true);
        await page.SetContentAsync("<div id='chart' style='width:400px;height:300px'></div>");
        await page.AddScriptTagAsync(new PageAddScriptTagOptions { Content = ChartsBundle.Script });
        await page.EvaluateAsync("""
            HoneCharts.draw(document.getElementById('chart'), {
              animation: false, xAxis: {}, yAxis: {}, series: [{ type: 'line', data: [[1, 2], [2, 3]] }] })
            """);
        Assert.True(await page.Locator("#chart svg path").CountAsync() > 2);
    }
}
