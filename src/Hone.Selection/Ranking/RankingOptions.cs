namespace Hone.Selection;

/// <summary>The two published readings of UGCS.</summary>
public enum RankingReading
{
    /// <summary>The paper, arXiv 2511.09864: units are completions, window (C - delta, C], policy
    /// log-probabilities.</summary>
    Paper,

    /// <summary>The authors' released script: units are prompts (mean ANLL, maximum reward), window [C - delta, C],
    /// reference model's log-probabilities where the log has them.</summary>
    ReferenceCode,
}

/// <summary>Whose log-probabilities uncertainty was taken from.</summary>
public enum UncertaintySource
{
    /// <summary>The policy that sampled the completion.</summary>
    Policy,

    /// <summary>The reference model.</summary>
    Reference,
}

/// <summary>How checkpoints are ranked.</summary>
public sealed record RankingOptions
{
    /// <summary>p: the share of a window that counts as hard, in percent, in (0, 100].</summary>
    /// <value>Default 3; the paper uses 10 for stronger models.</value>
    public double HardestPercent { get; init; } = 3.0;

    /// <summary>delta: how many steps back a window reaches, at least 1.</summary>
    /// <value>Default 100.</value>
    public int WindowSteps { get; init; } = 100;

    /// <summary>Which reading of the method.</summary>
    /// <value>Default <see cref="RankingReading.Paper"/>.</value>
    public RankingReading Reading { get; init; } = RankingReading.Paper;

    /// <summary>Name of the measure that <see cref="RolloutScore.Anll"/> holds, for the result alone; null for ANLL, whose source the
    /// reading decides.</summary>
    public string? Measure { get; init; }

    /// <summary>Bootstrap replicates behind each interval and the probabilities of being best, at least 1.</summary>
    /// <value>Default 500.</value>
    public int Replicates { get; init; } = 500;

    /// <summary>From how many steps on two windows share no rollout: the reference code's window is closed at both ends.</summary>
    internal long Reach => (long)WindowSteps + (Reading == RankingReading.Paper ? 0 : 1);

    internal void Validate()
    {
        if (HardestPercent is not (> 0.0 and <= 100.0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(HardestPercent), HardestPercent, "The hardest percent is in (0, 100].");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WindowSteps, nameof(WindowSteps));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Replicates, nameof(Replicates));
        if (!Enum.IsDefined(Reading))
        {
            throw new ArgumentOutOfRangeException(nameof(Reading), Reading, "Unknown reading.");
        }
    }
}
