namespace Hone.Engine.Tokenization;

/// <summary>Token ids with the text that each covers.</summary>
/// <param name="Ids">The token ids in order.</param>
/// <param name="Ranges">
/// For each id, its chars in the original text. Tokens that hold only some bytes of a character cover all of it, so
/// neighbours may overlap; tokens added around the text, and prefixes that the tokenizer invents, are empty.
/// </param>
public sealed record TokenizedText(int[] Ids, TextRange[] Ranges);
