namespace Hone.Selection.Tests;

/// <summary>Tests of minutes.</summary>
internal static class LongTests
{
    /// <summary>Skips the test unless it is asked for.</summary>
    internal static void OnlyWhenAsked() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("HONE_LONG_TESTS") == "1", "takes minutes; set HONE_LONG_TESTS=1 to run it");
}
