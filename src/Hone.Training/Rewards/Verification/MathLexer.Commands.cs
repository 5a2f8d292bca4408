namespace Hone.Training.Rewards.Verification;

/// <content>LaTeX's commands.</content>
internal sealed partial class MathLexer
{
    private void Command()
    {
        int start = ++_at;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at]))
        {
            _at++;
        }

        _at += _at == start && _at < _text.Length ? 1 : 0;
        string name = _text[start.._at];
        if (name is "left" or "right" or "middle")
        {
            SkipBlanks();
            _at += _at < _text.Length && _text[_at] == '.' ? 1 : 0;
        }
        else if (LatexCommands.Noise.Contains(name))
        {
            _space = true;
        }
        else if (LatexCommands.Texts.Contains(name) || LatexCommands.Typefaces.Contains(name))
        {
            Typeface(name);
        }
        else if (LatexCommands.Letters.TryGetValue(name, out string? letter))
        {
            Add(TokenKind.Symbol, letter + Decoration());
        }
        else if (LatexCommands.Functions.Contains(name))
        {
            Add(TokenKind.Word, name);
        }
        else if (name is "begin" or "end")
        {
            Environment(name);
        }
        else if (LatexCommands.Signs.TryGetValue(name, out string? sign))
        {
            Sign(sign);
        }
        else
        {
            Add(TokenKind.Unknown, "\\" + name);
        }
    }

    private void Sign(string sign)
    {
        if (sign is "\\{" or "<|" or "floor(" or "ceil(")
        {
            Open("bracket", silent: false);
        }

        if (sign is "\\}" or "|>" or ")floor" or ")ceil")
        {
            Close("bracket");
        }

        Add(TokenKind.Sign, sign);
        _arguments += sign switch { "frac" or "binom" => 2, "sqrt" => 1, _ => 0 };
    }

    // Braces of a typeface vanish where they hold one word; elsewhere they group.
    private void Typeface(string name)
    {
        SkipBlanks();
        if (_at >= _text.Length || _text[_at] != '{')
        {
            return;
        }

        int close = _text.IndexOf('}', _at);
        ReadOnlySpan<char> inside = close < 0 ? default : _text.AsSpan(_at + 1, close - _at - 1).Trim();
        bool word = !inside.ContainsAnyExceptInRange('A', 'z') && inside is not ("e" or "i" or "d" or "pi");
        bool text = LatexCommands.Texts.Contains(name) || (name == "mathrm" && word);
        if (text || (word && inside.Length > 1))
        {
            _at++;
            Open("}", silent: true);
            _words = text;
        }
    }

    private void Environment(string name)
    {
        int close = _at < _text.Length && _text[_at] == '{' ? _text.IndexOf('}', _at) : -1;
        string kind = close < 0 ? "" : _text[(_at + 1)..close];
        if (kind is not ("pmatrix" or "bmatrix" or "matrix" or "smallmatrix" or "array"))
        {
            Add(TokenKind.Unknown, "\\" + name);
            return;
        }

        _at = close + 1;
        if (name == "begin" && kind == "array" && _at < _text.Length && _text[_at] == '{')
        {
            int end = _text.IndexOf('}', _at);
            _at = end < 0 ? _text.Length : end + 1;
        }

        Add(TokenKind.Sign, name);
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }
}
