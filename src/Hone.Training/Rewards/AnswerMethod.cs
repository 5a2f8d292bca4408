namespace Hone.Training.Rewards;

/// <summary>A way of finding the final answer in a completion.</summary>
public enum AnswerMethod
{
    /// <summary>No answer was found.</summary>
    None,

    /// <summary>The last <c>&lt;answer&gt;...&lt;/answer&gt;</c>, else the last that is left open.</summary>
    AnswerTag,

    /// <summary>The last <c>\boxed{...}</c> or <c>\fbox{...}</c> whose braces balance.</summary>
    Boxed,

    /// <summary>The line after the last <c>####</c>, as in GSM8K.</summary>
    Hashes,

    /// <summary>What follows the last "the answer is", "answer:" and the like.</summary>
    FinalPhrase,

    /// <summary>The whole text, if it is an answer and nothing else: an expression, or a few words without digits.</summary>
    BareAnswer,

    /// <summary>The last number in the text.</summary>
    LastNumber,

    /// <summary>The whole text.</summary>
    WholeText,
}

/// <summary>What was found in a completion.</summary>
/// <param name="Text">The answer, trimmed and never empty; null if none was found.</param>
/// <param name="Method">How it was found.</param>
public readonly record struct ExtractedAnswer(string? Text, AnswerMethod Method);
