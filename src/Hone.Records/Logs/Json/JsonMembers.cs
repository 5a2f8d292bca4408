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
        value = Value();
        return true;
    }

    /// <summary>Moves to the next member if it begins as another row's did, which takes one comparison.</summary>
    /// <param name="lead">All that is between the value before and this one's: <see cref="LeadTo"/>.</param>
    /// <param name="value">Its value's text, quotes included.</param>
    /// <returns>False where something else follows: <see cref="Next"/> tells what.</returns>
    /// <exception cref="RowException">The value is cut off, or is no JSON.</exception>
    internal bool NextAfter(ReadOnlySpan<byte> lead, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!_json[_at..].StartsWith(lead))
        {
            return false;
        }

        _first = false;
        _at += lead.Length;
        Skip();
        value = Value();
        return true;
    }

    /// <summary>Where the next member is looked for.</summary>
    internal readonly int At => _at;

    /// <summary>What is between a place before a member and the member's value.</summary>
    internal readonly ReadOnlySpan<byte> LeadTo(ReadOnlySpan<byte> value, int before) => _json[before..(_at - value.Length)];

    private ReadOnlySpan<byte> Value()
    {
        int end = JsonScan.ValueEnd(_json, _at);
        if (end < 0)
        {
            throw end == -1 ? JsonProblems.Cut(_json) : JsonProblems.Invalid(_json, _at);
        }

        ReadOnlySpan<byte> value = _json[_at..end];
        _at = end;
        return value;
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
