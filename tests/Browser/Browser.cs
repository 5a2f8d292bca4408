using Microsoft.Playwright;

namespace Hone.Browser;

/// <summary>The distribution's Chromium, driven by Playwright; tests that need it are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? Program =
        Environment.GetEnvironmentVariable("HONE_CHROMIUM") is { Length: > 0 } given ? given
        : ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Starts the browser, once for a class of tests.</summary>
    public async ValueTask InitializeAsync()
    {
        if (Program is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A page that sees no network but what <paramref name="offline"/> leaves it; skips the test without a
    /// browser.</summary>
    /// <param name="width">CSS pixels; 390 is a phone.</param>
    /// <param name="height">CSS pixels.</param>
    /// <param name="dark">Whether the reader prefers dark colours.</param>
    /// <param name="offline">Whether requests fail.</param>
    public async Task<IPage> PageAsync(int width = 1280, int height = 800, bool dark = false, bool offline = false)
    {
        Assert.SkipWhen(_browser is null, "No Chromium here: apt-get install chromium, or set HONE_CHROMIUM to one.");
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Offline = offline,
        });
        return await context.NewPageAsync();
    }

    /// <summary>Ends the browser.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
