using System.Text;
using Hone.Records;

namespace Hone.Cli.Output;

/// <summary>
/// Stdout or stderr of the process where they cannot be written, for a full disk behind a redirection or a terminal that is gone.
/// Results that cannot be written are an error that says so; remarks that cannot are lost, and the work goes on.
/// </summary>
internal sealed class ProcessWriter : TextWriter
{
    private readonly TextWriter _inner;
    private readonly bool _holdsResults;

    private ProcessWriter(TextWriter inner, bool holdsResults)
    {
        _inner = inner;
        _holdsResults = holdsResults;
    }

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>Stdout: a write that fails throws an <see cref="IOException"/> of one line that names it.</summary>
    public static TextWriter Results(TextWriter output) => new ProcessWriter(output, holdsResults: true);

    /// <summary>Stderr: a write that fails is left out.</summary>
    public static TextWriter Remarks(TextWriter error) => new ProcessWriter(error, holdsResults: false);

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => _inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => _inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => _inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine() => Try(_inner.WriteLine);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => _inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(_inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException || FreeSpace.RanOut(error))
        {
            if (_holdsResults)
            {
                throw new IOException(
                    $"stdout: the results cannot be written ({FreeSpace.Reason(error)}). Hint: make room where they go, and run the command again.",
                    error);
            }
        }
    }
}
