namespace Hone.Records.RunFolders;

/// <summary>One completion as a run records it. Log-probabilities are in nats, at temperature 1; NaN stands as
/// null.</summary>
/// <param name="Step">The update that the completion was sampled for, from 1.</param>
/// <param name="PromptId">The prompt's id in the data set.</param>
/// <param name="Sample">Which completion of the prompt in this step, from 0.</param>
/// <param name="Prompt">The prompt's text; null where text is switched off.</param>
/// <param name="Completion">The completion's text; null where text is switched off.</param>
/// <param name="Answer">The prompt's gold answer; null where there is none, or text is switched off.</param>
/// <param name="Reward">The whole reward.</param>
/// <param name="Rewards">Its parts by name.</param>
/// <param name="Correct">Whether the answer was right.</param>
/// <param name="FormatOk">Whether the answer stood where it should.</param>
/// <param name="Truncated">Whether the completion hit the length limit.</param>
/// <param name="Tokens">Number of sampled tokens, a sampled end token included.</param>
/// <param name="MeanLogprob">Mean log-probability of the sampled tokens: -ANLL.</param>
/// <param name="SumLogprob">Their sum.</param>
/// <param name="MinLogprob">The lowest.</param>
/// <param name="MeanEntropy">Mean entropy of the distributions sampled from, in nats.</param>
/// <param name="RefMeanLogprob">Mean log-probability under the reference model; null where there is none.</param>
/// <param name="Advantage">The advantage that the update used.</param>
/// <param name="Temperature">The sampling temperature.</param>
/// <param name="PolicyStep">Number of updates behind the policy that sampled.</param>
/// <param name="TailLogprob">Mean of the lowest tenth of the log-probabilities; see <see cref="RunFolders.LowestTenth"/>.</param>
/// <param name="SelfCertainty">Mean over the tokens of KL(uniform || p) in nats (Kang et al. 2025), p being the distribution
/// sampled from.</param>
/// <param name="TokenIds">The sampled tokens; null where tokens or text are switched off.</param>
/// <param name="TokenLogprobs">Log-probability of each, rounded to four decimals; null where tokens are switched off.</param>
public sealed record RolloutLine(
    int Step,
    string PromptId,
    int Sample,
    string? Prompt,
    string? Completion,
    string? Answer,
    double Reward,
    IReadOnlyDictionary<string, double> Rewards,
    bool Correct,
    bool FormatOk,
    bool Truncated,
    int Tokens,
    double MeanLogprob,
    double SumLogprob,
    double MinLogprob,
    double MeanEntropy,
    double? RefMeanLogprob,
    double Advantage,
    double Temperature,
    int PolicyStep,
    double TailLogprob = double.NaN,
    double SelfCertainty = double.NaN,
    IReadOnlyList<int>? TokenIds = null,
    IReadOnlyList<double>? TokenLogprobs = null)
{
    /// <summary>The line with its text switched off, and with it the token ids, which are the text too.</summary>
    public RolloutLine WithoutText() => this with { Prompt = null, Completion = null, Answer = null, TokenIds = null };
}
