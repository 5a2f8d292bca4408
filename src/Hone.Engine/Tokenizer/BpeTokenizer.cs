using Hone.Engine.Files;
using Hone.Engine.Tokenization.Decoding;
using Hone.Engine.Tokenization.Merging;
using Hone.Engine.Tokenization.Normalizing;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization;

/// <summary>
/// The pipeline of a tokenizer.json: added tokens, normaliser, pre-tokenizer, merges, post-processor; and back.
/// </summary>
internal sealed class BpeTokenizer : Tokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly AddedTokenFinder _addedInOriginal;
    private readonly AddedTokenFinder _addedInNormalized;
    private readonly Normalizer? _normalizer;
    private readonly PreTokenizer? _preTokenizer;
    private readonly BpeModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly StageMaker _decoder;

    internal BpeTokenizer(JsonField root, NamedTokens named, IReadOnlyList<TokenizerSource> sources)
        : base(sources)
    {
        _normalizer = root.Find("normalizer") is { } normalizer ? Normalizer.Read(normalizer) : null;
        _preTokenizer = root.Find("pre_tokenizer") is { } preTokenizer ? PreTokenizer.Read(preTokenizer) : null;
        _model = BpeModel.Read(root.Get("model"), _preTokenizer?.ByteLevel ?? false);
        _decoder = DecoderReader.Read(root.Find("decoder"));

        JsonField? addedField = root.Find("added_tokens");
        AddedToken[] added = [.. addedField?.Items().Select(AddedToken.Read) ?? []];
        _vocabulary = new Vocabulary(_model.Ids, added, addedField ?? root);
        if (_vocabulary.Size == 0)
        {
            throw root.Get("model").Get("vocab").Error("has no tokens", "at least one");
        }
        _addedInOriginal = new AddedTokenFinder(
            added.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _addedInNormalized = new AddedTokenFinder(
            added.Where(token => token.Normalized).Select(token => (Normalize(new(token.Content, 0)).Text, token)));
        BosTokenId = named.IdOf(NamedTokens.Bos, _vocabulary);
        EosTokenId = named.IdOf(NamedTokens.Eos, _vocabulary);
        PadTokenId = named.IdOf(NamedTokens.Pad, _vocabulary);
        PostProcessor written = root.Find("post_processor") is { } postProcessor
            ? PostProcessor.Read(postProcessor, _vocabulary)
            : PostProcessor.None;
        _postProcessor = written.With(named.AddsBos, BosTokenId, named.AddsEos, EosTokenId);
    }

    /// <inheritdoc/>
    public override int VocabularySize => _vocabulary.Size;

    /// <inheritdoc/>
    public override StreamingDecoder CreateDecoder(bool skipSpecialTokens = true, bool continuation = false)
    {
        return new StreamingDecoder(this, skipSpecialTokens, collect => _decoder(collect, continuation));
    }

    /// <inheritdoc/>
    public override string? TokenOf(int id)
    {
        return _vocabulary.TokenOf(id);
    }

    /// <inheritdoc/>
    public override int? IdOf(string token)
    {
        return _vocabulary.IdOf(token);
    }

    /// <inheritdoc/>
    public override bool IsSpecial(int id)
    {
        return _vocabulary.IsSpecial(id);
    }

    private protected override void Encode(string text, bool addSpecialTokens, TokenSink sink)
    {
        AddAround(addSpecialTokens ? _postProcessor.Before : [], 0, sink);
        var symbols = new SymbolList();
        foreach (AddedTokenFinder.Stretch stretch in _addedInOriginal.Cut(text))
        {
            if (stretch.Token is { } token)
            {
                sink.Add(token.Id, stretch.Start, stretch.End);
                continue;
            }
            MappedText plain = new MappedText(text, 0).Part(stretch.Start, stretch.End);
            EncodeNormalized(Normalize(plain), symbols, sink);
        }
        AddAround(addSpecialTokens ? _postProcessor.Behind : [], text.Length, sink);
    }

    private void EncodeNormalized(MappedText text, SymbolList symbols, TokenSink sink)
    {
        var pieces = new List<Piece>();
        foreach (AddedTokenFinder.Stretch stretch in _addedInNormalized.Cut(text.Text))
        {
            if (stretch.Token is { } token)
            {
                sink.Add(token.Id, text.StartOf(stretch.Start), text.EndOf(stretch.End - 1));
                continue;
            }
            var whole = new Piece(text, stretch.Start, stretch.End);
            if (_preTokenizer is null)
            {
                _model.Encode(whole, symbols, sink);
                continue;
            }
            pieces.Clear();
            _preTokenizer.Split(whole, pieces);
            foreach (Piece piece in pieces)
            {
                _model.Encode(piece, symbols, sink);
            }
        }
    }

    private MappedText Normalize(MappedText text)
    {
        return _normalizer?.Apply(text) ?? text;
    }

    private static void AddAround(int[] ids, int position, TokenSink sink)
    {
        foreach (int id in ids)
        {
            sink.Add(id, position, position);
        }
    }
}
