using System.Globalization;
using System.Text;
using Hone.Engine.Files;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Merging;

/// <summary>
/// Byte-pair encoding: a piece falls into characters or bytes, and known pairs merge (Sennrich et al. 2016).
/// </summary>
internal sealed class BpeModel
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idOfSpan;
    private readonly MergeTable _merges;
    private readonly PieceCache _cache = new();
    private readonly bool _byteLevel;
    private readonly bool _ignoresMerges;
    private readonly bool _fusesUnknown;
    private readonly int? _unknownId;

    /// <summary>
    /// Per byte: the token of its stand-in (byte level), or `&lt;0xXX&gt;` (byte fallback); null where there is none.
    /// </summary>
    private readonly int?[] _idOfByte;

    private BpeModel(JsonField field, bool byteLevel)
    {
        _byteLevel = byteLevel;
        _ids = Vocabulary.ReadIds(field.Get("vocab"));
        _idOfSpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = MergeTable.Read(field.Get("merges"), _ids);
        _ignoresMerges = field.Find("ignore_merges")?.Flag() ?? false;
        _fusesUnknown = field.Find("fuse_unk")?.Flag() ?? false;
        bool byteFallback = field.Find("byte_fallback")?.Flag() ?? false;
        _idOfByte = [.. Enumerable.Range(0, 256).Select(value => IdOfByte((byte)value, byteLevel, byteFallback))];

        // Older files write "" for no unknown token.
        if (field.Find("unk_token") is { } unknown && unknown.Text().Length > 0)
        {
            _unknownId = _ids.TryGetValue(unknown.Text(), out int id)
                ? id
                : throw unknown.Wrong("a token of model.vocab");
        }
    }

    internal Dictionary<string, int> Ids => _ids;

    /// <summary>
    /// Reads the `model` object of tokenizer.json; what would change ids and is not implemented is refused.
    /// </summary>
    internal static BpeModel Read(JsonField field, bool byteLevel)
    {
        // The first files had no type.
        if (field.Find("type") is { } type && type.Text() != "BPE")
        {
            throw type.Wrong("a model of type 'BPE'");
        }
        foreach (string key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (field.Find(key) is { } affix && affix.Text().Length > 0)
            {
                throw affix.Wrong("none; such vocabularies are not supported");
            }
        }
        return field.Find("dropout") is { } dropout && dropout.Number() != 0
            ? throw dropout.Wrong("none; random merges are not supported")
            : new BpeModel(field, byteLevel);
    }

    /// <summary>Adds the tokens of a piece.</summary>
    internal void Encode(Piece piece, SymbolList symbols, TokenSink sink)
    {
        ReadOnlySpan<char> text = piece.Text;
        PieceToken[]? tokens = _cache.Find(text);
        if (tokens is null)
        {
            tokens = Tokenize(text, symbols);
            _cache.Store(text, tokens);
        }
        foreach (PieceToken token in tokens)
        {
            sink.Add(
                token.Id, piece.Source.StartOf(piece.Start + token.Start),
                piece.Source.EndOf(piece.Start + token.End - 1));
        }
    }

    private PieceToken[] Tokenize(ReadOnlySpan<char> text, SymbolList symbols)
    {
        if (_ignoresMerges && WholePiece(text) is int whole)
        {
            return [new PieceToken(whole, 0, text.Length)];
        }
        symbols.Clear();
        Spell(text, symbols);
        return symbols.MergeAll(_merges);
    }

    /// <summary>The token that is the whole piece, if there is one.</summary>
    private int? WholePiece(ReadOnlySpan<char> text)
    {
        if (!_byteLevel)
        {
            return Lookup(text);
        }
        Span<byte> utf8 = stackalloc byte[4];
        var spelling = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                spelling.Append(ByteAlphabet.CharOf(value));
            }
        }
        return Lookup(spelling.ToString());
    }

    /// <summary>Adds the symbols of the characters: tokens of their own, else their bytes, else the unknown token.</summary>
    private void Spell(ReadOnlySpan<char> text, SymbolList symbols)
    {
        Span<byte> utf8 = stackalloc byte[4];
        bool grows = false;
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out int length);
            end = start + length;
            if (!_byteLevel && Lookup(text.Slice(start, length)) is int known)
            {
                symbols.Add(known, start, end);
                grows = false;
                continue;
            }
            ReadOnlySpan<byte> bytes = utf8[..rune.EncodeToUtf8(utf8)];
            if (!_byteLevel && !HasAll(bytes))
            {
                AddUnknown(start, end, ref grows, symbols);
                continue;
            }
            foreach (byte value in bytes)
            {
                if (_idOfByte[value] is int id)
                {
                    symbols.Add(id, start, end);
                    grows = false;
                }
                else
                {
                    AddUnknown(start, end, ref grows, symbols);
                }
            }
        }
    }

    /// <summary>Adds the unknown token, or lets the one before grow where neighbours fuse.</summary>
    private void AddUnknown(int start, int end, ref bool grows, SymbolList symbols)
    {
        if (_unknownId is not int id)
        {
            return;
        }
        if (grows)
        {
            symbols.StretchLast(end);
        }
        else
        {
            symbols.Add(id, start, end);
        }
        grows = _fusesUnknown;
    }

    private bool HasAll(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (_idOfByte[value] is null)
            {
                return false;
            }
        }
        return true;
    }

    private int? Lookup(ReadOnlySpan<char> token)
    {
        return _idOfSpan.TryGetValue(token, out int id) ? id : null;
    }

    private int? IdOfByte(byte value, bool byteLevel, bool byteFallback)
    {
        string token = byteLevel
            ? ByteAlphabet.CharOf(value).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
        return (byteLevel || byteFallback) && _ids.TryGetValue(token, out int id) ? id : null;
    }
}
