namespace Hone.Training.Rewards.Verification;

/// <summary>Cuts an answer, LaTeX or plain, into tokens in one pass. Noise is dropped; it never fails.</summary>
internal sealed partial class MathLexer
{
    private const int ShortestWord = 4;
    private readonly string _text;
    private readonly bool _currency;
    private readonly List<MathToken> _tokens = [];
    private readonly Stack<Group> _groups = new();
    private int _at;
    private int _brackets;

    // Bare arguments that \frac and its like still wait for: each is one digit, letter or command.
    private int _arguments;
    private bool _words;
    private bool _space;

    private MathLexer(string text, bool words)
    {
        _text = text;
        _words = words;
        _currency = text.Count(c => c == '$') - (text.Split(@"\$").Length - 1) == 1;
    }

    /// <summary>The tokens of an answer.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="words">Whether runs of letters are words even where they are short.</param>
    internal static List<MathToken> Read(string text, bool words)
    {
        var lexer = new MathLexer(text, words);
        while (lexer._at < text.Length)
        {
            lexer.Next();
        }

        if (lexer._tokens is [.., { } last] && last.Is("."))
        {
            lexer._tokens.RemoveAt(lexer._tokens.Count - 1);
        }

        return lexer._tokens;
    }

    private void Next()
    {
        char c = _text[_at];
        if (char.IsWhiteSpace(c) || c == '~')
        {
            _space = true;
            _at++;
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && WrittenNumber.IsDigit(_text, _at + 1)))
        {
            Number();
        }
        else if (c == '\\')
        {
            Command();
        }
        else if (c is '{' or '}')
        {
            Brace(c);
        }
        else if (c == '$')
        {
            _at++;
            Add(TokenKind.Sign, _currency ? "$" : "");
        }
        else if (c > '\x7f' && LatexCommands.Signs.TryGetValue(c.ToString(), out string? sign))
        {
            _at++;
            Add(TokenKind.Sign, sign);
        }
        else if (char.IsLetter(c))
        {
            Letters();
        }
        else if (LatexCommands.RaisedDigits.Contains(c, StringComparison.Ordinal))
        {
            Raised();
        }
        else
        {
            Punctuation(c);
        }
    }

    private void Add(TokenKind kind, string text, Rational value = default)
    {
        if (text.Length > 0)
        {
            _tokens.Add(new MathToken(kind, text, value, _space));
            _arguments = Math.Max(0, _arguments - 1);
            _space = false;
        }
    }

    private void Number()
    {
        int start = _at;
        Rational value;
        if (_arguments > 0 && _text[_at] != '.')
        {
            value = _text[_at++] - '0';
        }
        else
        {
            _at += WrittenNumber.Read(_text, _at, separators: _brackets == 0, out value);
        }

        if (value.IsDefined)
        {
            Add(TokenKind.Number, $"{value.Numerator}/{value.Denominator}", value);
        }
        else
        {
            Add(TokenKind.Unknown, _text[start.._at]);
        }
    }

    private void Letters()
    {
        int start = _at;
        while (_at < _text.Length && char.IsLetter(_text[_at]))
        {
            _at++;
        }

        string run = _text[start.._at];
        string lower = run.ToLowerInvariant();
        if (lower is "and" or "or")
        {
            Add(TokenKind.Sign, "and");
        }
        else if (LatexCommands.PlainWords.TryGetValue(lower, out string? sign) && !_words)
        {
            Add(TokenKind.Sign, sign);
        }
        else if (run == "U" && _tokens is [.., { Text: ")" or "]", Kind: TokenKind.Sign }])
        {
            Add(TokenKind.Sign, "cup");
        }
        else if (_words || run.Length >= ShortestWord || LatexCommands.Functions.Contains(lower) || Units.IsShortWord(lower))
        {
            Add(TokenKind.Word, lower);
        }
        else
        {
            // Neighbouring letters are a product; only the last can have the subscript or the prime that follows.
            _at = start + 1;
            string name = run[..1] + (run.Length == 1 ? Decoration() : "");
            Add(TokenKind.Symbol, name);
        }
    }

    /// <summary>The subscript and primes that belong to a variable's name.</summary>
    private string Decoration()
    {
        string decoration = "";
        if (_at < _text.Length && _text[_at] == '_')
        {
            int start = _at + 1;
            int end = start;
            bool braced = start < _text.Length && _text[start] == '{';
            while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || (braced && end == start)))
            {
                end++;
            }

            if (end > start && (!braced || (end < _text.Length && _text[end] == '}')))
            {
                decoration = "_" + _text[(braced ? start + 1 : start)..end];
                _at = braced ? end + 1 : end;
            }
        }

        while (_at < _text.Length && _text[_at] == '\'')
        {
            decoration += "'";
            _at++;
        }

        return decoration;
    }

    private void Raised()
    {
        Add(TokenKind.Sign, "^");
        string digits = "";
        while (_at < _text.Length && LatexCommands.RaisedDigits.IndexOf(_text[_at], StringComparison.Ordinal) is >= 0 and int digit)
        {
            digits += (char)('0' + digit);
            _at++;
        }

        WrittenNumber.Read(digits, 0, separators: false, out Rational value);
        Add(TokenKind.Number, $"{value.Numerator}/{value.Denominator}", value);
    }

    private void Brace(char c)
    {
        _at++;
        if (c == '{')
        {
            Open("}", silent: false);
            Add(TokenKind.Sign, "{");
            return;
        }

        bool silent = _groups.TryPeek(out Group group) && group is { Close: "}", Silent: true };
        Close("}");
        if (!silent)
        {
            _tokens.Add(new MathToken(TokenKind.Sign, "}", AfterSpace: _space));
            _space = false;
        }
    }

    private void Open(string close, bool silent)
    {
        _groups.Push(new Group(close, silent, Math.Max(0, _arguments - (close == "}" ? 1 : 0)), _words, _brackets));
        _arguments = 0;
        _brackets = close == "}" ? _brackets : _brackets + 1;
    }

    private void Close(string close)
    {
        if (_groups.TryPeek(out Group group) && group.Close == close)
        {
            _groups.Pop();
            (_arguments, _words, _brackets) = (group.Arguments, group.Words, group.Brackets);
        }
    }

    private void Punctuation(char c)
    {
        string next = _at + 1 < _text.Length ? _text.Substring(_at, 2) : "";
        if (next is "**" or "<=" or ">=" or "!=")
        {
            _at += 2;
            Add(TokenKind.Sign, next == "**" ? "^" : next);
            return;
        }

        _at++;
        switch (c)
        {
            case '(' or '[':
                bool index = c == '[' && _tokens is [.., { Text: "sqrt", Kind: TokenKind.Sign }];
                Open(index ? "index" : "bracket", silent: false);
                Add(TokenKind.Sign, index ? "index[" : c.ToString());
                break;
            case ')' or ']':
                bool ofIndex = _groups.TryPeek(out Group group) && group.Close == "index";
                Close(ofIndex ? "index" : "bracket");
                _tokens.Add(new MathToken(TokenKind.Sign, ofIndex ? "]index" : c.ToString(), AfterSpace: _space));
                _space = false;
                break;
            default:
                Add("+-*/^_=<>|!%&,;:.'".Contains(c, StringComparison.Ordinal) ? TokenKind.Sign : TokenKind.Unknown, c.ToString());
                break;
        }
    }

    private readonly record struct Group(string Close, bool Silent, int Arguments, bool Words, int Brackets);
}
