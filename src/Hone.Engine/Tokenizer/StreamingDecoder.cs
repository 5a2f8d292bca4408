using System.Text;
using Hone.Engine.Tokenization.Decoding;

namespace Hone.Engine.Tokenization;

/// <summary>
/// Decodes tokens as they arrive. What has been given out never changes: bytes of an unfinished character wait for the
/// rest of it. All pieces together are what <see cref="Tokenizer.Decode(ReadOnlySpan{int}, bool)"/> gives at once.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly StringBuilder _ready = new();
    private readonly DecodeStage _first;

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens, Func<DecodeStage, DecodeStage> build)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _first = build(new CollectStage(_ready));
    }

    /// <summary>Takes a token and returns the text that is now certain; often a word, sometimes nothing.</summary>
    /// <param name="id">The next token id.</param>
    public string Push(int id)
    {
        Take(id);
        return Drain();
    }

    /// <summary>Ends the text and returns what was waiting; bytes that never became a character read U+FFFD.</summary>
    public string Finish()
    {
        _first.Finish();
        return Drain();
    }

    internal void Take(int id)
    {
        if (!(_skipSpecialTokens && _tokenizer.IsSpecial(id)) && _tokenizer.TokenOf(id) is { } token)
        {
            _first.Push(token);
        }
    }

    private string Drain()
    {
        string text = _ready.ToString();
        _ready.Clear();
        return text;
    }
}
