namespace Hone.Engine.Tokenization;

/// <summary>A stretch of UTF-16 chars of the text that was tokenised.</summary>
/// <param name="Start">First char.</param>
/// <param name="End">One past the last char; equal to <paramref name="Start"/> when a token covers nothing.</param>
public readonly record struct TextRange(int Start, int End)
{
    /// <summary>Number of chars.</summary>
    public int Length => End - Start;
}
