namespace Hone.Records.Logs.Logprobs;

/// <summary>What log-probabilities that were added to a log mean.</summary>
public enum LogprobSource
{
    /// <summary>Those of the policy that sampled the completion: mean_logprob.</summary>
    Policy,

    /// <summary>Those of one fixed reference model: ref_mean_logprob.</summary>
    Reference,
}

/// <summary>Whose log-probabilities a file of them holds.</summary>
/// <param name="Model">The model's name or folder.</param>
/// <param name="ModelId">What tells it from others, such as the hash of its files.</param>
/// <param name="Source">What they mean.</param>
/// <param name="Format">Name of the format that the log's rows were counted by: another one may leave out other rows.</param>
public sealed record LogprobHeader(string Model, string ModelId, LogprobSource Source, string Format);
