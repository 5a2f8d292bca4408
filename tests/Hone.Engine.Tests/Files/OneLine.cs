namespace Hone.Engine.Tests.Files;

/// <summary>Checks on the messages that users see.</summary>
internal static class OneLine
{
    /// <summary>The action must fail with exactly this type, in one line that begins with a path, holds the parts, and hints.</summary>
    internal static void Throws<T>(Action action, params string[] parts)
        where T : Exception
    {
        T error = Assert.Throws<T>(action);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(". Hint: ", error.Message, StringComparison.Ordinal);
        foreach (string part in parts)
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }
}
