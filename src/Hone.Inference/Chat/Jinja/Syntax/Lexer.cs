using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on, as the library does that templates are written
/// for: the line feed behind a block or comment goes, and so do blanks between the start of a line and a block or comment.
/// </summary>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;

    // Whether what was read last ended in a line feed, so that blanks that follow stand at the start of a line.
    private bool _lineStarts = true;

    private Lexer(string source) => _source = source;

    internal static List<Token> Tokenize(string source)
    {
        if (source.Length > JinjaLimits.SourceLength)
        {
            throw new JinjaException(1, $"the template has {source.Length:N0} characters, expected at most {JinjaLimits.SourceLength:N0}");
        }

        string normalized = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(normalized.EndsWith('\n') ? normalized[..^1] : normalized);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            int open = NextOpening(_at);
            if (open < 0)
            {
                AddData(_source[_at..]);
                break;
            }

            char kind = _source[open + 1];
            int after = open + 2;
            char sign = after < _source.Length && _source[after] is '-' or '+' ? _source[after++] : ' ';
            AddData(Stripped(_source[_at..open], sign, kind == '{'));
            MoveTo(after);
            _lineStarts = false;
            switch (kind)
            {
                case '#':
                    SkipComment();
                    break;
                case '%' when SkipRawOpening() is { } raw:
                    MoveTo(raw);
                    ReadRaw();
                    break;
                default:
                    ReadTag(kind == '{');
                    break;
            }
        }

        _tokens.Add(new Token(TokenKind.End, "", _line));
    }

    private int NextOpening(int from)
    {
        for (int i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    private string Stripped(string text, char sign, bool variable)
    {
        if (sign == '-')
        {
            return PythonStrings.Strip(text, null, left: false, right: true);
        }

        if (sign == '+' || variable)
        {
            return text;
        }

        int lineStart = text.LastIndexOf('\n') + 1;
        return (lineStart > 0 || _lineStarts) && PythonStrings.IsBlank(text.AsSpan(lineStart)) ? text[..lineStart] : text;
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
        {
            _tokens.Add(new Token(TokenKind.Data, text, _line));
        }
    }

    private void MoveTo(int end)
    {
        _line += _source.AsSpan(_at, end - _at).Count('\n');
        _lineStarts = end > _at ? _source[end - 1] == '\n' : _lineStarts;
        _at = end;
    }

    private void SkipComment()
    {
        int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new JinjaException(_line, "a comment '{#' is not closed, expected '#}'");
        }

        char sign = end > _at ? _source[end - 1] : ' ';
        MoveTo(AfterClosing(end + 2, sign));
    }

    // Where the text goes on behind a closing mark with this sign in front of it.
    private int AfterClosing(int at, char sign)
    {
        if (sign == '-')
        {
            while (at < _source.Length && PythonStrings.IsSpace(_source[at]))
            {
                at++;
            }

            return at;
        }

        return sign != '+' && at < _source.Length && _source[at] == '\n' ? at + 1 : at;
    }

    // Behind '{%': where the content of a raw block begins, or null where this is another block.
    private int? SkipRawOpening()
    {
        int at = SkipWord(_at, "raw");
        if (at < 0)
        {
            return null;
        }

        if (Follows(at, "-%}"))
        {
            return AfterClosing(at + 3, '-');
        }

        return Follows(at, "%}") ? at + 2 : null;
    }

    private int SkipWord(int at, string word)
    {
        at = SkipBlanks(at);
        return Follows(at, word) ? SkipBlanks(at + word.Length) : -1;
    }

    private int SkipBlanks(int at)
    {
        while (at < _source.Length && PythonStrings.IsSpace(_source[at]))
        {
            at++;
        }

        return at;
    }

    private bool Follows(int at, string text) => string.CompareOrdinal(_source, at, text, 0, text.Length) == 0;

    private void ReadRaw()
    {
        for (int open = _source.IndexOf("{%", _at, StringComparison.Ordinal); open >= 0;
            open = _source.IndexOf("{%", open + 2, StringComparison.Ordinal))
        {
            int after = open + 2;
            char sign = after < _source.Length && _source[after] is '-' or '+' ? _source[after++] : ' ';
            int end = SkipWord(after, "endraw");
            if (end >= 0 && (Follows(end, "%}") || Follows(end, "-%}") || Follows(end, "+%}")))
            {
                AddData(Stripped(_source[_at..open], sign, variable: false));
                bool signed = _source[end] != '%';
                MoveTo(AfterClosing(end + (signed ? 3 : 2), signed ? _source[end] : ' '));
                return;
            }
        }

        throw new JinjaException(_line, "a '{% raw %}' is not closed, expected '{% endraw %}'");
    }

    private void ReadTag(bool variable)
    {
        string close = variable ? "}}" : "%}";
        _tokens.Add(new Token(variable ? TokenKind.VariableBegin : TokenKind.BlockBegin, "", _line));
        var brackets = new Stack<char>();
        while (true)
        {
            MoveTo(SkipBlanks(_at));
            if (_at >= _source.Length)
            {
                throw new JinjaException(_line, $"a '{(variable ? "{{" : "{%")}' is not closed, expected '{close}'");
            }

            if (brackets.Count == 0 && Closing(close, variable) is { } end)
            {
                _tokens.Add(new Token(variable ? TokenKind.VariableEnd : TokenKind.BlockEnd, "", _line));
                MoveTo(end);
                return;
            }

            Token token = TokenReader.Read(_source, _at, _line, out int next);
            Balance(token, brackets);
            _tokens.Add(token);
            MoveTo(next);
        }
    }

    private int? Closing(string close, bool variable)
    {
        if (Follows(_at, close))
        {
            // A variable keeps the line feed behind it.
            return variable ? _at + 2 : AfterClosing(_at + 2, ' ');
        }

        if (_at + 1 < _source.Length && Follows(_at + 1, close))
        {
            char sign = _source[_at];
            return sign == '-' || (sign == '+' && !variable) ? AfterClosing(_at + 3, sign) : null;
        }

        return null;
    }

    private static void Balance(Token token, Stack<char> brackets)
    {
        if (token.Kind != TokenKind.Operator)
        {
            return;
        }

        switch (token.Text)
        {
            case "(":
                brackets.Push(')');
                break;
            case "[":
                brackets.Push(']');
                break;
            case "{":
                brackets.Push('}');
                break;
            case ")" or "]" or "}":
                char expected = brackets.Count > 0 ? brackets.Pop() : ' ';
                if (expected != token.Text[0])
                {
                    string hint = expected == ' ' ? "which closes nothing" : $"expected '{expected}'";
                    throw new JinjaException(token.Line, $"unexpected '{token.Text}', {hint}");
                }

                break;
            default:
                break;
        }
    }
}
