namespace Hone.Records.Logs;

/// <summary>The fields of a rollout that ranking reads, in the order of <see cref="FieldMap.RolloutNames"/>.</summary>
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
}

/// <summary>How a prompt's identity is read.</summary>
internal enum PromptReading
{
    /// <summary>An id, kept as text.</summary>
    Id,

    /// <summary>The prompt itself, or its tokens: told apart, not kept.</summary>
    Text,

    /// <summary>verl's <c>prompt_session_index</c>: the prompt is what stands before the last two parts.</summary>
    BeforeLastTwoParts,
}
