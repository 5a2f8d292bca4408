using Hone.Training.Grpo;

namespace Hone.Training.Planning;

/// <summary>What a run will write, known before it starts.</summary>
/// <param name="CheckpointBytes">Of one checkpoint.</param>
/// <param name="Checkpoints">Most that are there at a time.</param>
/// <param name="RolloutBytes">Of all rollouts, if every completion is as long as it may be.</param>
public sealed record DiskNeeds(long CheckpointBytes, int Checkpoints, long RolloutBytes)
{
    // Names and figures of a line; a token's text, its id and its log-probability, each with what separates them.
    private const int LineBytes = 700;
    private const int TextBytes = 5;
    private const int IdBytes = 7;
    private const int LogProbBytes = 8;

    /// <summary>All of it, in bytes.</summary>
    public long Total => long.CreateSaturating(((Int128)CheckpointBytes * Checkpoints) + RolloutBytes);

    /// <summary>The needs of a run from a step on.</summary>
    /// <param name="checkpointBytes">Of one checkpoint.</param>
    /// <param name="checkpoints">Checkpoints that are due from there on.</param>
    /// <param name="keepBest">How many of the best are kept; 0 for all.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="made">Updates made so far.</param>
    /// <param name="promptBytes">Of a prompt's text, on average; 0 where no text is written.</param>
    /// <param name="withTokens">Whether tokens are recorded.</param>
    public static DiskNeeds Of(
        long checkpointBytes, int checkpoints, int keepBest, GrpoOptions options, int made, long promptBytes, bool withTokens)
    {
        ArgumentNullException.ThrowIfNull(options);
        long batches = ((long)options.Steps - made + options.UpdatesPerBatch - 1) / options.UpdatesPerBatch;
        int token = (promptBytes > 0 ? TextBytes : 0) + (withTokens ? LogProbBytes : 0) + (withTokens && promptBytes > 0 ? IdBytes : 0);
        Int128 line = LineBytes + promptBytes + ((Int128)token * options.MaxCompletionTokens);

        // The best, the newest, and the next one, which is written before others go.
        int kept = keepBest == 0 ? checkpoints : (int)Math.Min(checkpoints, (long)keepBest + 2);
        return new DiskNeeds(
            checkpointBytes, kept, long.CreateSaturating(batches * options.PromptsPerStep * (Int128)options.GroupSize * line));
    }
}
