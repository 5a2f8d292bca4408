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
    private readonly MergeTable _merges;
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
        symbols.Clear();
        if (_byteLevel)
        {
            if (!AddBytes(piece, symbols, sink))
            {
                return;
            }
        }
        else if (_ignoresMerges && Lookup(piece.Text) is int whole)
        {
            Emit(piece, whole, 0, piece.Text.Length, sink);
            return;
        }
        else
        {
            AddCharacters(piece.Text, symbols);
        }
        symbols.MergeAll(_merges);
        foreach ((int id, int start, int end) in symbols.Remaining())
        {
            Emit(piece, id, start, end, sink);
        }
    }

    private static void Emit(Piece piece, int id, int start, int end, TokenSink sink)
    {
        sink.Add(id, piece.Source.StartOf(piece.Start + start), piece.Source.EndOf(piece.Start + end - 1));
    }

    /// <summary>Spells the piece in bytes; false when it turned out to be a token as a whole.</summary>
    private bool AddBytes(Piece piece, SymbolList symbols, TokenSink sink)
    {
        ReadOnlySpan<char> text = piece.Text;
        Span<byte> utf8 = stackalloc byte[4];
        StringBuilder? spelling = _ignoresMerges ? new StringBuilder(text.Length) : null;
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out int length);
            end = start + length;
            foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                spelling?.Append(ByteAlphabet.CharOf(value));
                if ((_idOfByte[value] ?? _unknownId) is int id)
                {
                    symbols.Add(id, start, end);
                }
            }
        }
        if (spelling is not null && _ids.TryGetValue(spelling.ToString(), out int whole))
        {
            Emit(piece, whole, 0, text.Length, sink);
            return false;
        }
        return true;
    }

    private void AddCharacters(ReadOnlySpan<char> text, SymbolList symbols)
    {
        Span<byte> utf8 = stackalloc byte[4];
        // A stretch without tokens waits, so that it can grow into one unknown token.
        int unknownStart = -1;
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out int length);
            end = start + length;
            int? known = Lookup(text.Slice(start, length));
            ReadOnlySpan<byte> bytes = utf8[..rune.EncodeToUtf8(utf8)];
            if (known is null && !HasAll(bytes))
            {
                if (unknownStart >= 0 && !_fusesUnknown)
                {
                    AddUnknown(unknownStart, start, symbols);
                    unknownStart = -1;
                }
                unknownStart = unknownStart < 0 ? start : unknownStart;
                continue;
            }
            AddUnknown(unknownStart, start, symbols);
            unknownStart = -1;
            if (known is int id)
            {
                symbols.Add(id, start, end);
                continue;
            }
            foreach (byte value in bytes)
            {
                symbols.Add(_idOfByte[value]!.Value, start, end);
            }
        }
        AddUnknown(unknownStart, text.Length, symbols);
    }

    private void AddUnknown(int start, int end, SymbolList symbols)
    {
        if (start >= 0 && _unknownId is int id)
        {
            symbols.Add(id, start, end);
        }
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
        return _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out int id) ? id : null;
    }

    private int? IdOfByte(byte value, bool byteLevel, bool byteFallback)
    {
        string token = byteLevel
            ? ByteAlphabet.CharOf(value).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
        return (byteLevel || byteFallback) && _ids.TryGetValue(token, out int id) ? id : null;
    }
}
