using System.Text;
using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>
/// One token a character, for the tiny models of verl's arithmetic example. `char_ords` of tokenizer_config.json lists
/// the characters; their ids follow four special tokens: S (0, separator), E (1, end), P (2, padding), U (3, unknown).
/// </summary>
internal sealed class CharacterTokenizer : Tokenizer
{
    private const int UnknownId = 3;
    private static readonly string[] SpecialTokens = ["S", "E", "P", "U"];

    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;

    internal CharacterTokenizer(JsonField ords, IReadOnlyList<TokenizerSource> sources)
        : base(sources)
    {
        _tokens = [.. SpecialTokens, .. ords.Items().Select(ReadCharacter)];
        _ids = [];
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (!_ids.TryAdd(_tokens[id], id))
            {
                throw ords.Error(
                    $"gives {BadFile.Quote(_tokens[id])} two ids", "each character once, none of S, E, P, U");
            }
        }
        EosTokenId = 1;
        PadTokenId = 2;
    }

    /// <inheritdoc/>
    public override int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public override StreamingDecoder CreateDecoder(bool skipSpecialTokens = true, bool continuation = false)
    {
        return new StreamingDecoder(this, skipSpecialTokens, collect => collect);
    }

    /// <inheritdoc/>
    public override string? TokenOf(int id)
    {
        return (uint)id < (uint)_tokens.Length ? _tokens[id] : null;
    }

    /// <inheritdoc/>
    public override int? IdOf(string token)
    {
        return _ids.TryGetValue(token, out int id) ? id : null;
    }

    /// <inheritdoc/>
    public override bool IsSpecial(int id)
    {
        return (uint)id < (uint)SpecialTokens.Length;
    }

    // The example never adds special tokens around a text: its prompts end in the separator that the template writes.
    private protected override void Encode(string text, bool addSpecialTokens, TokenSink sink)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            Rune.DecodeFromUtf16(text.AsSpan(start), out _, out int length);
            end = start + length;
            sink.Add(ids.TryGetValue(text.AsSpan(start, length), out int id) ? id : UnknownId, start, end);
        }
    }

    private static string ReadCharacter(JsonField ord)
    {
        int value = ord.Integer(0, 0x10ffff);
        return Rune.TryCreate(value, out Rune character)
            ? character.ToString()
            : throw ord.Wrong("the code point of a character");
    }
}
