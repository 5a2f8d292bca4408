using System.Text;

namespace Hone.Cli.Output;

/// <summary>
/// Stdout or stderr as commands see it: whatever they print, of a model, a file or a path, comes out without anything that a
/// terminal would obey. Files and pipes get the same.
/// </summary>
internal sealed class CleanWriter : TextWriter
{
    private readonly TextWriter _inner;

    private CleanWriter(TextWriter inner) => _inner = inner;

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>A writer that hands everything on, clean; the other one stays the caller's.</summary>
    public static TextWriter Over(TextWriter inner) => new CleanWriter(inner);

    /// <inheritdoc/>
    public override void Write(char value) => _inner.Write(TerminalText.Clean(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void Write(string? value) => _inner.Write(Cleaned(value));

    /// <inheritdoc/>
    public override void WriteLine() => _inner.WriteLine();

    // One call for the whole line, so that lines of several threads do not mix.
    /// <inheritdoc/>
    public override void WriteLine(string? value) => _inner.WriteLine(Cleaned(value));

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    private static string Cleaned(string? value) => TerminalText.Clean((value ?? "").Replace("\r\n", "\n", StringComparison.Ordinal));
}
