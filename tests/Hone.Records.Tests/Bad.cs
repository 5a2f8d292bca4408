namespace Hone.Records.Tests;

/// <summary>Asserts on the messages that users see.</summary>
internal static class Bad
{
    /// <summary>The action is refused with one line that holds every part and ends in a hint.</summary>
    internal static void Input(Func<object?> read, params string[] parts) => Input(() => { _ = read(); }, parts);

    /// <inheritdoc cref="Input(Func{object?}, string[])" />
    internal static void Input(Action action, params string[] parts)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(action);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Matches(@"\. Hint: .+\.$", error.Message);
    }
}
