namespace Hone.Engine.Tokenization.Decoding;

/// <summary>Replaces every match inside a piece.</summary>
internal sealed class ReplaceStage(DecodeStage next, Func<string, string> replace) : DecodeStage
{
    internal override void Push(string piece)
    {
        next.Push(replace(piece));
    }

    internal override void Finish()
    {
        next.Finish();
    }
}

/// <summary>SentencePiece's visible space becomes a space; in the first token of a text it goes.</summary>
internal sealed class MetaspaceStage(DecodeStage next, char mark, bool dropsFirst) : DecodeStage
{
    private bool _dropping = dropsFirst;

    internal override void Push(string piece)
    {
        next.Push(_dropping ? piece.Replace(mark.ToString(), "", StringComparison.Ordinal) : piece.Replace(mark, ' '));
        _dropping = false;
    }

    internal override void Finish()
    {
        next.Finish();
    }
}

/// <summary>Takes up to so many of a character off both ends of every piece.</summary>
internal sealed class StripPieceStage(DecodeStage next, char content, int start, int stop) : DecodeStage
{
    internal override void Push(string piece)
    {
        int first = 0;
        while (first < Math.Min(start, piece.Length) && piece[first] == content)
        {
            first++;
        }
        int end = piece.Length;
        while (end > first && piece.Length - end < stop && piece[end - 1] == content)
        {
            end--;
        }
        next.Push(piece[first..end]);
    }

    internal override void Finish()
    {
        next.Finish();
    }
}

/// <summary>Takes up to so many of a character off both ends of the whole text, as it streams by.</summary>
internal sealed class StripTextStage(DecodeStage next, char content, int start, int stop) : DecodeStage
{
    private int _leading = start;
    private int _held;

    internal override void Push(string piece)
    {
        int first = 0;
        while (_leading > 0 && first < piece.Length)
        {
            if (piece[first] == content)
            {
                first++;
                _leading--;
            }
            else
            {
                _leading = 0;
            }
        }
        string text = new string(content, _held) + piece[first..];
        _held = 0;
        // The text may end here, so up to `stop` of the characters at its end must wait.
        while (_held < stop && _held < text.Length && text[^(_held + 1)] == content)
        {
            _held++;
        }
        next.Push(text[..^_held]);
    }

    internal override void Finish()
    {
        next.Finish();
    }
}
