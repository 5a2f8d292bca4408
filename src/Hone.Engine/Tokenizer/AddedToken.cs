using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>A token that is looked for in the text before anything else happens to it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="Special">Whether decoding leaves it out.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text rather than in the original.</param>
/// <param name="SingleWord">Whether it counts only when no word touches it.</param>
/// <param name="StripLeft">Whether it takes the spaces before it.</param>
/// <param name="StripRight">Whether it takes the spaces behind it.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special, bool Normalized, bool SingleWord, bool StripLeft, bool StripRight)
{
    /// <summary>Bounds the time to look for a token at one place; published ones have some dozens of chars.</summary>
    private const int LongestContent = 512;

    internal static AddedToken Read(JsonField field)
    {
        JsonField content = field.Get("content");
        if (content.Text().Length > LongestContent)
        {
            throw content.Wrong($"at most {LongestContent} characters");
        }
        bool special = Flag("special", false);
        return new AddedToken(
            field.Get("id").Integer(0, Vocabulary.HighestId), content.Text(), special,
            Flag("normalized", !special), Flag("single_word", false), Flag("lstrip", false), Flag("rstrip", false));

        bool Flag(string key, bool otherwise)
        {
            return field.Find(key)?.Flag() ?? otherwise;
        }
    }
}
