namespace Hone.Records.Logs.Importers;

/// <summary>
/// verl's <c>trainer.rollout_data_dir</c>: a file <c>N.jsonl</c> a step, a line a completion, with <c>input</c>, <c>output</c>,
/// <c>gts</c>, <c>score</c> and <c>step</c> (verl/trainer/ppo/ray_trainer.py and v1/trainer_base.py, 0.10).
/// <para>
/// The legacy trainer adds what the reward function returned, and <c>request_id</c>, which is one completion's and says nothing of
/// its prompt. The V1 trainer adds <c>uid</c>, <c>prompt_session_index</c> with a prompt part that is drawn anew each time the prompt
/// is: rows are therefore grouped by <c>input</c> in both. In conversations a session has several rows, in order; the one of the
/// highest index holds the score, for the <c>input</c> of the first. V1's validation dumps have <c>uid</c> and <c>reward</c>; legacy
/// ones cannot be told from training, except for step 0. Rows that fill up a batch have an empty <c>input</c>.
/// </para>
/// </summary>
internal sealed class VerlLog : FieldRowsImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "verl", "verl rollouts (JSON lines, one a completion)", "verl counts the step being trained from 1, as Hone does")
    {
        LogprobHint = "verl dumps none, and its V1 trainer not what the reward function adds: take the hook of integrations/verl",
    };

    /// <inheritdoc/>
    internal override string ForeignRows =>
        "rows of validation dumps, rows that fill up a batch, and turns of conversations before the last";

    /// <inheritdoc/>
    internal override IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files) => files.Any(file => file.Step == 0)
        ? [new LogFinding("validation_dump", "there is a file of step 0, which verl writes only when it validates before training: "
            + "this looks like trainer.validation_data_dir instead of trainer.rollout_data_dir")]
        : [];

    /// <inheritdoc/>
    protected override IEnumerable<LogFile> Candidates(string path) => base.Candidates(path).Select(file =>
    {
        bool isStep = LogFiles.Series(file.Path).StartsWith("#.", StringComparison.Ordinal);
        return file with { Step = isStep && LogFiles.NumberIn(file.Path) is <= int.MaxValue and var step ? (int)step : null };
    });

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) =>
        fields.Contains("input") && fields.Contains("output") && fields.Contains("score");

    /// <inheritdoc/>
    protected override FieldNames Names => new FieldNames()
        .Add(RolloutField.Step, "step")
        .Add(RolloutField.PromptId, "prompt_id")
        .Add(RolloutField.PromptId, "input", PromptReading.Text)
        .Add(RolloutField.Reward, "score")
        .Add(RolloutField.MeanLogprob, "mean_logprob")
        .Add(RolloutField.RefMeanLogprob, "ref_mean_logprob")
        .Add(RolloutField.Logprobs, "rollout_log_probs")
        .Add(RolloutField.Logprobs, "response_logprobs")
        .Add(RolloutField.Tokens, "response_length")
        .Add(RolloutField.Truncated, "truncated")
        .Add(RolloutField.Correct, "acc")
        .Add(RolloutField.Session, "uid")
        .Add(RolloutField.EvaluationMark, "reward");
}
