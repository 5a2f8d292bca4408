using Hone.Engine.Tokenization;

namespace Hone.Training.Batches;

/// <summary>Texts as the tokens that a policy sees.</summary>
public static class TextTokens
{
    /// <summary>A prompt's tokens, with what the tokenizer puts in front unless the text has it written out.</summary>
    /// <exception cref="InvalidDataException">There is not one token.</exception>
    public static int[] Prompt(Tokenizer tokenizer, string prompt, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int[] tokens = tokenizer.Encode(prompt, addSpecialTokens);
        return tokens.Length > 0
            ? tokens
            : throw new InvalidDataException(
                "the prompt is empty and the tokenizer has no beginning token, expected at least one token. "
                + "Hint: give the prompt some text.");
    }

    /// <summary>
    /// A prompt and its completion, tokenised as one text and cut where the completion's first character begins, so that a
    /// tokenizer that marks word starts sees the completion as a continuation.
    /// </summary>
    public static TokenGroup Pair(Tokenizer tokenizer, string prompt, string completion, int? endToken, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int[] promptTokens = Prompt(tokenizer, prompt, addSpecialTokens);
        TokenizedText whole = tokenizer.EncodeWithOffsets(prompt + completion, addSpecialTokens);
        int cut = Array.FindIndex(whole.Ranges, range => range.End > prompt.Length);
        int[] tail = cut < 0 ? [] : whole.Ids[cut..];
        int[] head = cut < 0 ? promptTokens : whole.Ids[..cut];
        int[] target = endToken is int end ? [.. tail, end] : tail;
        return new TokenGroup(head.Length > 0 ? head : promptTokens, [target]);
    }
}
