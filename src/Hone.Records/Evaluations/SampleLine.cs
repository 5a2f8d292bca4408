namespace Hone.Records.Evaluations;

/// <summary>One judged completion of an evaluation: a line of its file of samples.</summary>
/// <param name="Id">The prompt's id in the data set.</param>
/// <param name="Sample">Which completion of the prompt, from 0.</param>
/// <param name="Completion">Its text, without special tokens.</param>
/// <param name="Answer">The answer that was found in it and judged; null where none was found.</param>
/// <param name="Reward">Its reward.</param>
/// <param name="Correct">Whether the answer was right.</param>
/// <param name="FormatOk">Whether an answer was found.</param>
/// <param name="Truncated">Whether a limit ended it rather than an end token.</param>
/// <param name="Tokens">Number of sampled tokens, a sampled end token included.</param>
public sealed record SampleLine(
    string Id,
    int Sample,
    string Completion,
    string? Answer,
    double Reward,
    bool Correct,
    bool FormatOk,
    bool Truncated,
    int Tokens);
