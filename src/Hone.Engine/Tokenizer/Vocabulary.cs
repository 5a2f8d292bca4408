using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>Tokens by id and ids by token: those of the model and the added ones.</summary>
internal sealed class Vocabulary
{
    /// <summary>Sixteen times the largest vocabulary in use; a table by id must stay affordable.</summary>
    internal const int HighestId = (1 << 22) - 1;

    private readonly Dictionary<string, int> _ids;
    private readonly string?[] _tokens;
    private readonly bool[] _isSpecial;

    internal Vocabulary(Dictionary<string, int> ofModel, IReadOnlyList<AddedToken> added, JsonField addedField)
    {
        _ids = new Dictionary<string, int>(ofModel);
        int size = 1 + Math.Max(ofModel.Values.Append(-1).Max(), added.Select(token => token.Id).Append(-1).Max());
        _tokens = new string?[size];
        _isSpecial = new bool[size];
        foreach ((string token, int id) in ofModel)
        {
            _tokens[id] = token;
        }
        foreach (AddedToken token in added)
        {
            if (!_ids.TryAdd(token.Content, token.Id) && _ids[token.Content] != token.Id)
            {
                throw addedField.Error(
                    $"gives {BadFile.Quote(token.Content)} id {token.Id}",
                    $"{_ids[token.Content]}, its other id in this file");
            }
            if (_tokens[token.Id] is { } other && other != token.Content)
            {
                throw addedField.Error(
                    $"gives {BadFile.Quote(token.Content)} id {token.Id}", $"an id that {BadFile.Quote(other)} does not have");
            }
            _tokens[token.Id] = token.Content;
            _isSpecial[token.Id] = token.Special;
        }
    }

    internal int Size => _tokens.Length;

    internal string? TokenOf(int id)
    {
        return (uint)id < (uint)_tokens.Length ? _tokens[id] : null;
    }

    internal int? IdOf(string token)
    {
        return _ids.TryGetValue(token, out int id) ? id : null;
    }

    internal bool IsSpecial(int id)
    {
        return (uint)id < (uint)_isSpecial.Length && _isSpecial[id];
    }

    /// <summary>Reads the `vocab` object of a model.</summary>
    internal static Dictionary<string, int> ReadIds(JsonField field)
    {
        var ids = new Dictionary<string, int>(field.Count);
        var taken = new HashSet<int>(field.Count);
        foreach ((string token, JsonField id) in field.Members())
        {
            ids.Add(token, id.Integer(0, HighestId));
            if (!taken.Add(ids[token]))
            {
                throw id.Wrong("an id that no other token has");
            }
        }
        return ids;
    }
}
