namespace Hone.Records.Pickles.Logs;

/// <summary>One completion of another trainer's log, with the numbering and the meaning that the log gives it.</summary>
public sealed record TorchRow
{
    /// <summary>The step as the file numbers it, from 0; what it counts is the log's matter.</summary>
    public required int Step { get; init; }

    /// <summary>What the log calls the prompt; null where it does not name it, and its text has to do.</summary>
    public required string? PromptKey { get; init; }

    /// <summary>The reward; NaN where the log has none.</summary>
    public required double Reward { get; init; }

    /// <summary>Mean log-probability of the completion's tokens under the policy that sampled them, in nats; NaN where
    /// unknown.</summary>
    public double MeanLogprob { get; init; } = double.NaN;

    /// <summary>The same under the reference model; NaN where unknown.</summary>
    public double RefMeanLogprob { get; init; } = double.NaN;

    /// <summary>The lowest of those log-probabilities; NaN where unknown.</summary>
    public double MinLogprob { get; init; } = double.NaN;

    /// <summary>Mean of the lowest tenth of them; NaN where unknown.</summary>
    public double TailLogprob { get; init; } = double.NaN;

    /// <summary>Number of tokens that the mean is over; -1 where unknown.</summary>
    public int Tokens { get; init; } = -1;

    /// <summary>Whether the completion was cut off at its greatest length; false where the log does not say.</summary>
    public bool Truncated { get; init; }

    /// <summary>The prompt, as JSON where it is a conversation; null where the log does not have it.</summary>
    public string? Prompt { get; init; }

    /// <summary>The completion; null where the log does not have it.</summary>
    public string? Completion { get; init; }
}
