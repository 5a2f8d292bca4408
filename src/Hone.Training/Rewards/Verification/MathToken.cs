namespace Hone.Training.Rewards.Verification;

/// <summary>What a piece of an answer is.</summary>
internal enum TokenKind
{
    /// <summary>A written number, without sign.</summary>
    Number,

    /// <summary>A variable, with its subscript if it has one: x, x_1, \alpha.</summary>
    Symbol,

    /// <summary>A word, in lower case: a unit, a function's name or text.</summary>
    Word,

    /// <summary>An operator, bracket, separator or command of mathematics.</summary>
    Sign,

    /// <summary>Anything else; no answer with one can be read as mathematics.</summary>
    Unknown,
}

/// <summary>A piece of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its canonical text: two answers of the same texts say the same.</param>
/// <param name="Value">The value of a number.</param>
/// <param name="AfterSpace">Whether white space stands before it.</param>
internal readonly record struct MathToken(TokenKind Kind, string Text, Rational Value = default, bool AfterSpace = false)
{
    internal bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    internal bool IsWord(string word) => Kind == TokenKind.Word && Text == word;
}
