using System.Globalization;
using Hone.Engine.Decoding;
using Hone.Engine.Tokenization;

namespace Hone.Serving.Completions;

/// <summary>How single tokens are written in an answer.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="asIds">Whether as `token_id:N`, which tells tokens apart that hold part of a character.</param>
internal sealed class TokenTexts(Tokenizer tokenizer, bool asIds)
{
    private readonly Dictionary<int, string> _known = [];

    /// <summary>What the token reads in the middle of a text; special ones are written out.</summary>
    public string this[int id]
    {
        get
        {
            if (!_known.TryGetValue(id, out string? text))
            {
                text = asIds
                    ? "token_id:" + id.ToString(CultureInfo.InvariantCulture)
                    : tokenizer.DecodeContinuation([id], skipSpecialTokens: false);
                _known.Add(id, text);
            }

            return text;
        }
    }

    /// <summary>The log-probabilities of a completion, in the shape of the older API.</summary>
    /// <param name="tokens">The choice's tokens.</param>
    /// <param name="logProbs">Each one's log-probability, or null for one that nothing precedes.</param>
    /// <param name="top">The alternatives of each, most likely first.</param>
    /// <param name="firstOffset">Where the first token begins in the choice's text, in characters.</param>
    public CompletionLogProbs Completion(
        IReadOnlyList<int> tokens, IReadOnlyList<float?> logProbs, IReadOnlyList<(int Id, float LogProb)[]> top, int firstOffset)
    {
        string[] texts = [.. tokens.Select(id => this[id])];
        int[] offsets = new int[texts.Length];
        int offset = firstOffset;
        for (int i = 0; i < texts.Length; i++)
        {
            offsets[i] = offset;
            offset += Characters(texts[i]);
        }

        return new CompletionLogProbs(
            offsets, [.. logProbs.Select(value => value is { } known ? Told(known) : (float?)null)], texts,
            [.. tokens.Select((id, i) => logProbs[i] is { } own ? Table(id, own, top[i]) : null)]);
    }

    /// <summary>The log-probability of one token, in the shape of the chat API.</summary>
    public ChatTokenLogProb Chat(DrawnToken token) => new(
        this[token.Id], Told(token.LogProb), Bytes(token.Id),
        [.. token.TopTokens.Zip(token.TopLogProbs, (id, value) => new ChatAlternative(this[id], Told(value), Bytes(id)))]);

    /// <summary>What a prompt's tokens are worth: for each but the first its own entry, then its alternatives, by token id.</summary>
    public Dictionary<int, RankedToken>?[] Prompt(int[] tokens, SequenceScore score)
    {
        var places = new Dictionary<int, RankedToken>?[tokens.Length];
        int top = score.LogProbs.Length == 0 ? 0 : score.TopTokens.Length / score.LogProbs.Length;
        for (int i = 1; i < tokens.Length; i++)
        {
            var place = new Dictionary<int, RankedToken>
            {
                [tokens[i]] = new(Told(score.LogProbs[i - 1]), score.Ranks[i - 1], this[tokens[i]]),
            };
            for (int k = 0; k < top; k++)
            {
                int at = ((i - 1) * top) + k;
                place.TryAdd(score.TopTokens[at], new RankedToken(Told(score.TopLogProbs[at]), k + 1, this[score.TopTokens[at]]));
            }

            places[i] = place;
        }

        return places;
    }

    /// <summary>Characters of a text as clients count them: code points.</summary>
    public static int Characters(string text) => text.EnumerateRunes().Count();

    private Dictionary<string, float> Table(int id, float own, (int Id, float LogProb)[] top)
    {
        var table = new Dictionary<string, float> { [this[id]] = Told(own) };
        foreach ((int other, float value) in top)
        {
            table.TryAdd(this[other], Told(value));
        }

        return table;
    }

    private int[] Bytes(int id) => [.. System.Text.Encoding.UTF8.GetBytes(this[id]).Select(value => (int)value)];

    // JSON has no infinity; vLLM writes this number for it.
    private static float Told(float logProb) => Math.Max(logProb, -9999f);
}
