namespace Hone.Records.Logs.Json;

/// <summary>Walks the members of a JSON object; values are given as raw text and not looked into.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private bool _first = true;

    /// <param name="json">The object, without blanks around it.</param>
    /// <exception cref="RowException">No object starts here.</exception>
    internal JsonMembers(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw JsonProblems.NotObject(json);
        }

        _json = json;
        _at = 1;
    }

    /// <summary>Moves to the next member.</summary>
    /// <param name="name">Its name as it stands between the quotes, escapes not resolved.</param>
    /// <param name="value">Its value's text, quotes included.</param>
    /// <returns>False behind the last.</returns>
    /// <exception cref="RowException">The object is cut off, or is no JSON.</exception>
    internal bool Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        Skip();
        byte next = Here();
        if (next == (byte)'}')
        {
            return JsonScan.SkipBlanks(_json, _at + 1) == _json.Length ? false : throw JsonProblems.Invalid(_json, _at + 1);
        }

        if (!_first)
        {
            Expect((byte)',');
            Skip();
        }

        _first = false;
        if (Here() != (byte)'"')
        {
            throw JsonProblems.Invalid(_json, _at);
        }

        int close = JsonScan.StringEnd(_json, _at);
        if (close < 0)
        {
            throw JsonProblems.Cut(_json);
        }

        name = _json[(_at + 1)..close];
        _at = close + 1;
        Skip();
        Expect((byte)':');
        Skip();
        int end = JsonScan.ValueEnd(_json, _at);
        if (end < 0)
        {
            throw end == -1 ? JsonProblems.Cut(_json) : JsonProblems.Invalid(_json, _at);
        }

        value = _json[_at..end];
        _at = end;
        return true;
    }

    private void Skip() => _at = JsonScan.SkipBlanks(_json, _at);

    private readonly byte Here() => _at < _json.Length ? _json[_at] : throw JsonProblems.Cut(_json);

    private void Expect(byte mark)
    {
        if (Here() != mark)
        {
            throw JsonProblems.Invalid(_json, _at);
        }

        _at++;
    }
}
