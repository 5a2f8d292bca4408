namespace Hone.Training.Losses;

/// <summary>What the sum of token losses is divided by.</summary>
public enum LossNormalization
{
    /// <summary>Number of tokens in the update: every token weighs the same (DAPO, arXiv 2503.14476,
    /// section 3.3).</summary>
    TokenMean,

    /// <summary>Mean of each sequence, then mean over sequences (GRPO, arXiv 2402.03300, equation 3).</summary>
    SequenceMean,

    /// <summary>Sequences times a constant length: no bias towards short right or long wrong answers (Dr. GRPO, arXiv
    /// 2503.20783, section 3.2).</summary>
    ConstantLength,
}
