namespace Hone.Engine.Decoding;

/// <summary>
/// What running completions have drawn so far: a row for each place of the batch, which the next completion in that place
/// writes over. Kept from one batch to the next, so that drawing a token allocates nothing.
/// </summary>
internal sealed class DrawnTokens
{
    private int[] _tokens = [];
    private float[] _logProbs = [];
    private float[] _entropies = [];
    private int _longest;

    /// <summary>Makes room for completions of up to <paramref name="longest"/> tokens; earlier contents are void.</summary>
    public void Reserve(int places, int longest)
    {
        _longest = longest;
        int length = checked(places * longest);
        if (_tokens.Length < length)
        {
            _tokens = new int[length];
            _logProbs = new float[length];
            _entropies = new float[length];
        }
    }

    /// <summary>Files the next token of a running completion.</summary>
    public void Add(CompletionSlot slot, int token, float logProb, float entropy, float selfCertainty)
    {
        int at = (slot.Place * _longest) + slot.Length;
        _tokens[at] = token;
        _logProbs[at] = logProb;
        _entropies[at] = entropy;
        slot.SelfCertainty += selfCertainty;
        slot.LastToken = token;
        slot.Length++;
    }

    /// <summary>A finished completion, in arrays of its own.</summary>
    public Completion Copy(CompletionSlot slot, bool truncated)
    {
        int start = slot.Place * _longest, end = start + slot.Length;
        return new Completion(
            slot.Prompt.Request, slot.Sample, _tokens[start..end], _logProbs[start..end], _entropies[start..end],
            slot.SelfCertainty / slot.Length, truncated);
    }
}
