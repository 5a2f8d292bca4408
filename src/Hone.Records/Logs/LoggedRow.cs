namespace Hone.Records.Logs;

/// <summary>What ranking needs of one completion, as a log says it; NaN or -1 where the log is silent.</summary>
internal struct LoggedRow()
{
    /// <summary>The log's own step.</summary>
    internal int Step;

    /// <summary>Key of the prompt's id or text: <see cref="PromptKey"/>.</summary>
    internal UInt128 Prompt;

    /// <summary>Index within the group.</summary>
    internal int Sample = -1;

    internal int Tokens = -1;

    internal double MeanLogprob = double.NaN;

    internal double RefMeanLogprob = double.NaN;

    internal double Reward = double.NaN;

    internal bool Truncated;
}
