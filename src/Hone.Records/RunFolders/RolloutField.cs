namespace Hone.Records.RunFolders;

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
