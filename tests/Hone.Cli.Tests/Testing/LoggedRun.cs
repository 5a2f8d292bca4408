namespace Hone.Cli.Tests;

/// <summary>
/// A made-up run: 40 steps of 6 prompts with 4 completions each. No two completions share a log-probability, and all are whole
/// 1024ths, those of single tokens too: every sum of them is exact in any order, and a mean over 2 or 4 tokens as well, so that a
/// format with a list and one with a mean carry the same number.
/// </summary>
internal static class LoggedRun
{
    internal const int Steps = 40;
    internal const int Prompts = 6;
    internal const int Samples = 4;

    internal static IReadOnlyList<LoggedCompletion> Rows { get; } = [.. Make()];

    private static IEnumerable<LoggedCompletion> Make()
    {
        const int Count = Steps * Prompts * Samples;
        for (int i = 0; i < Count; i++)
        {
            // Multipliers that share no factor with the count go once through all its numbers.
            int shuffled = i * 367 % Count, other = i * 599 % Count;
            yield return new LoggedCompletion(
                1 + (i / (Prompts * Samples)), i / Samples % Prompts, i % Samples, Tokens: 2 + (2 * (i % 2)),
                MeanLogprob: -(shuffled + 200) / 1024.0, RefMeanLogprob: -(other + 300) / 1024.0, Reward: i * 7 % 11 % 2,
                Truncated: i % 13 == 0);
        }
    }
}

/// <summary>A completion of that run; its prompt is an index.</summary>
internal sealed record LoggedCompletion(
    int Step, int Prompt, int Sample, int Tokens, double MeanLogprob, double RefMeanLogprob, double Reward, bool Truncated)
{
    internal string PromptText => $"What is {Prompt} + {Prompt}?";

    internal double[] Logprobs => Spread(MeanLogprob);

    internal double[] RefLogprobs => Spread(RefMeanLogprob);

    // Half of them an eighth above the mean, half below.
    private double[] Spread(double mean) => [.. Enumerable.Range(0, Tokens).Select(token => mean + (token % 2 == 0 ? 0.125 : -0.125))];
}
