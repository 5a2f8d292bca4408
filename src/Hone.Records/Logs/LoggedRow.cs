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

    /// <summary>Key of the conversation that this row is one turn of; 0 for none. Of rows that follow each other with the same key
    /// the one with the highest turn counts, for the prompt of the first.</summary>
    internal UInt128 Session;

    /// <summary>Place in the conversation.</summary>
    internal int Turn;

    /// <summary>Key of all prompts, completions and rewards of the table that the row came in; 0 for none. A table that follows itself
    /// at another step was logged again.</summary>
    internal UInt128 Table;

    internal int Tokens = -1;

    internal double MeanLogprob = double.NaN;

    internal double RefMeanLogprob = double.NaN;

    internal double Reward = double.NaN;

    internal bool Truncated;

    internal AnswerVerdict Verdict;

    // Only those that were asked for are filled.
    internal double SumLogprob = double.NaN;

    internal double MinLogprob = double.NaN;

    internal double TailLogprob = double.NaN;

    internal double MeanEntropy = double.NaN;

    internal double SelfCertainty = double.NaN;
}
