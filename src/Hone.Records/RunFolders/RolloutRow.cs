namespace Hone.Records.RunFolders;

/// <summary>What one line of a log says; a bit of <see cref="Seen"/> tells whether the line has the field.</summary>
internal struct RolloutRow
{
    internal int Seen;
    internal int Step;
    internal int Prompt;
    internal int Sample;
    internal int Tokens;
    internal double MeanLogprob;
    internal double RefMeanLogprob;
    internal double MeanOfLogprobs;
    internal double MeanOfRefLogprobs;
    internal double Reward;
    internal bool Truncated;

    internal readonly bool Has(RolloutField field) => (Seen & (1 << (int)field)) != 0;

    /// <summary>The recorded mean where it is a number, else that of the array; NaN where neither is.</summary>
    internal readonly double LogProb => Has(RolloutField.MeanLogprob) && double.IsFinite(MeanLogprob) ? MeanLogprob
        : Has(RolloutField.Logprobs) ? MeanOfLogprobs : double.NaN;

    internal readonly double RefLogProb => Has(RolloutField.RefMeanLogprob) && double.IsFinite(RefMeanLogprob)
        ? RefMeanLogprob
        : Has(RolloutField.RefLogprobs) ? MeanOfRefLogprobs : double.NaN;
}
