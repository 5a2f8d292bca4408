namespace Hone.Records.Logs.Importers;

/// <summary>
/// The JSON lines that HarderThenHarder/RLLoggingBoard shows, which several trainers' forks write: <c>prompt</c>, <c>response</c>,
/// <c>reward</c>, <c>step</c>, and where they were recorded <c>logprobs</c> and <c>ref_logprobs</c>, one a token of the response. All
/// files of a folder are merged by <c>step</c>, whose meaning is the trainer's: it is taken as the update, from 0 or 1.
/// </summary>
internal sealed class LoggingBoardLog : FieldRowsImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "rl-logging-board", "RL Logging Board rollouts (JSON lines, one a completion)",
        "a step is taken as the update that the completion was trained in")
    {
        LogprobHint = "the board's own fields logprobs and ref_logprobs hold them where the trainer records them",
    };

    /// <inheritdoc/>
    protected override bool Grows => true;

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) =>
        fields.Contains("prompt") && fields.Contains("response") && fields.Contains("reward") && fields.Contains("step");

    /// <inheritdoc/>
    protected override FieldNames Names => new FieldNames()
        .Add(RolloutField.Step, "step")
        .Add(RolloutField.PromptId, "prompt", PromptReading.Text)
        .Add(RolloutField.Reward, "reward")
        .Add(RolloutField.MeanLogprob, "mean_logprob")
        .Add(RolloutField.RefMeanLogprob, "ref_mean_logprob")
        .Add(RolloutField.Logprobs, "logprobs")
        .Add(RolloutField.RefLogprobs, "ref_logprobs")
        .Add(RolloutField.Truncated, "truncated");
}
