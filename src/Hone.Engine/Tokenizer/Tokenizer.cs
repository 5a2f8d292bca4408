using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>Turns text into token ids and back. Immutable; safe for concurrent use.</summary>
public abstract class Tokenizer
{
    private readonly IReadOnlyList<TokenizerSource> _sources;

    private protected Tokenizer(IReadOnlyList<TokenizerSource> sources)
    {
        _sources = sources;
    }

    /// <summary>One more than the highest token id. A model may have more rows than this, never fewer.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Id of the token that begins a text, if the tokenizer's files name one.</summary>
    public int? BosTokenId { get; private protected init; }

    /// <summary>Id of the token that ends a text, if the tokenizer's files name one.</summary>
    public int? EosTokenId { get; private protected init; }

    /// <summary>Id of the padding token, if the tokenizer's files name one.</summary>
    public int? PadTokenId { get; private protected init; }

    /// <summary>Bytes of the files that <see cref="SaveTo"/> writes.</summary>
    public long SavedBytes => _sources.Sum(source => (long)source.Bytes.Length);

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">
    /// Any text; special tokens written out in it become their ids. Half a surrogate pair counts as U+FFFD.
    /// </param>
    /// <param name="addSpecialTokens">
    /// Whether to add what the tokenizer puts around a text, such as a beginning token.
    /// </param>
    /// <exception cref="InvalidDataException">An expression of the tokenizer took too long on this text.</exception>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new TokenSink(wantsRanges: false);
        Encode(text, addSpecialTokens, sink);
        return sink.Ids();
    }

    /// <summary>The token ids of a text, and which chars of it each token covers.</summary>
    /// <param name="text">Any text, as for <see cref="Encode(string, bool)"/>.</param>
    /// <param name="addSpecialTokens">Whether to add what the tokenizer puts around a text.</param>
    /// <exception cref="InvalidDataException">An expression of the tokenizer took too long on this text.</exception>
    public TokenizedText EncodeWithOffsets(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new TokenSink(wantsRanges: true);
        Encode(text, addSpecialTokens, sink);
        return sink.ToTokenizedText();
    }

    /// <summary>The text of token ids that stand at the beginning of a text.</summary>
    /// <param name="ids">Token ids; ids that name no token give nothing, as rows beyond the vocabulary do.</param>
    /// <param name="skipSpecialTokens">Whether to leave out special tokens.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        return Decode(ids, CreateDecoder(skipSpecialTokens));
    }

    /// <summary>
    /// The text of token ids that follow other text, as a completion follows its prompt. Llama-style tokenizers drop
    /// the space in front of a text; here it is kept.
    /// </summary>
    /// <param name="ids">Token ids, as for <see cref="Decode(ReadOnlySpan{int}, bool)"/>.</param>
    /// <param name="skipSpecialTokens">Whether to leave out special tokens.</param>
    public string DecodeContinuation(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        return Decode(ids, CreateDecoder(skipSpecialTokens, continuation: true));
    }

    /// <summary>A decoder that takes one token at a time and gives out only whole characters.</summary>
    /// <param name="skipSpecialTokens">Whether to leave out special tokens.</param>
    /// <param name="continuation">Whether the tokens follow other text.</param>
    public abstract StreamingDecoder CreateDecoder(bool skipSpecialTokens = true, bool continuation = false);

    /// <summary>The token of an id as the vocabulary writes it, or null.</summary>
    /// <param name="id">Any number.</param>
    public abstract string? TokenOf(int id);

    /// <summary>The id of a token as the vocabulary writes it, or null.</summary>
    /// <param name="token">A token, such as `&lt;|im_end|&gt;`.</param>
    public abstract int? IdOf(string token);

    /// <summary>Whether the id is that of a special token, which decoding leaves out.</summary>
    /// <param name="id">Any number.</param>
    public abstract bool IsSpecial(int id);

    /// <summary>Writes the files this tokenizer came from into a folder, byte for byte.</summary>
    /// <param name="folder">The folder; made when it is not there. Files of the same names are replaced.</param>
    public void SaveTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (TokenizerSource source in _sources)
        {
            AtomicFile.Write(Path.Combine(folder, source.Name), stream => stream.Write(source.Bytes));
        }
    }

    private protected abstract void Encode(string text, bool addSpecialTokens, TokenSink sink);

    private static string Decode(ReadOnlySpan<int> ids, StreamingDecoder decoder)
    {
        foreach (int id in ids)
        {
            decoder.Take(id);
        }
        return decoder.Finish();
    }
}
