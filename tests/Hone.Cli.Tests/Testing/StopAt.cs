namespace Hone.Cli.Tests;

/// <summary>A stderr that presses Ctrl-C when it is told a text.</summary>
internal sealed class StopAt(string text, CancellationTokenSource stop) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(text, StringComparison.Ordinal) == true)
        {
            stop.Cancel();
        }
    }
}
