using System.Buffers;
using System.Text;
using Hone.Records.RunFolders;

namespace Hone.Dashboard.Samples;

/// <summary>Looks for a text in rollouts, whatever its case.</summary>
internal sealed class TextSearch
{
    private readonly string _text;
    private readonly SearchValues<string>? _raw;
    private char[] _line = [];

    public TextSearch(string text)
    {
        _text = text;

        // What no writer of JSON escapes stands in the line as it is, so that most lines need not be parsed.
        _raw = text.All(c => char.IsAsciiLetterOrDigit(c) || " =.,:;!?()*-_".Contains(c, StringComparison.Ordinal))
            ? SearchValues.Create([text], StringComparison.OrdinalIgnoreCase)
            : null;
    }

    /// <summary>Whether a line may hold the text, wherever in it.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> line)
    {
        if (_raw is null)
        {
            return true;
        }

        _line = _line.Length < line.Length ? new char[line.Length] : _line;
        return _line.AsSpan(0, Encoding.UTF8.GetChars(line, _line)).IndexOfAny(_raw) >= 0;
    }

    /// <summary>Whether prompt or completion hold it.</summary>
    public bool IsIn(RolloutDetail detail) =>
        detail.Completion?.Contains(_text, StringComparison.OrdinalIgnoreCase) == true
        || detail.Prompt?.Contains(_text, StringComparison.OrdinalIgnoreCase) == true;
}
