namespace Hone.Records.Logs;

/// <summary>The fields of a rollout that ranking reads; those that users may map are in the order of
/// <see cref="FieldMap.RolloutNames"/> and come first.</summary>
internal enum RolloutField
{
    Step,
    PromptId,
    Sample,
    MeanLogprob,
    RefMeanLogprob,
    Logprobs,
    RefLogprobs,
    Reward,
    Truncated,
    Tokens,
    SumLogprob,
    MinLogprob,
    TailLogprob,
    MeanEntropy,
    SelfCertainty,
    Correct,
    FormatOk,

    /// <summary>verl's <c>prompt_session_index</c>: which turn of which conversation a row is.</summary>
    Session,

    /// <summary>What rows of conversations have in an evaluation only.</summary>
    EvaluationMark,
}

/// <summary>How a prompt's identity is read.</summary>
internal enum PromptReading
{
    /// <summary>An id, kept as text.</summary>
    Id,

    /// <summary>The prompt itself, or its tokens: told apart, not kept.</summary>
    Text,
}
