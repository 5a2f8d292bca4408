using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// verl's <c>trainer.rollout_data_dir</c>: a file <c>N.jsonl</c> a step, a line a completion. The legacy trainer writes what the reward
/// function returned, and <c>request_id</c> where there is one; the V1 trainer <c>uid</c>, which is
/// <c>prompt_session_index</c>. Rows without either are grouped by <c>input</c>.
/// </summary>
internal sealed class VerlLog : JsonLinesImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "verl", "verl rollouts (JSON lines, one a completion)", "verl counts the step being trained from 1, as Hone does");

    /// <inheritdoc/>
    protected override IReadOnlyList<LogFile> Candidates(string path) =>
        [.. RolloutFiles.In(path).Select(file => new LogFile(file, RolloutFiles.NumberIn(file)))];

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) =>
        fields.Contains("input") && fields.Contains("output") && fields.Contains("score");

    /// <inheritdoc/>
    protected override ILineParser Parser(LogOptions options) => new FieldRowParser(
        new FieldNames()
            .Add(RolloutField.Step, "step")
            .Add(RolloutField.PromptId, "uid", PromptReading.BeforeLastTwoParts)
            .Add(RolloutField.PromptId, "prompt_id")
            .Add(RolloutField.PromptId, "input", PromptReading.Text)
            .Add(RolloutField.Reward, "score")
            .Add(RolloutField.MeanLogprob, "mean_logprob")
            .Add(RolloutField.RefMeanLogprob, "ref_mean_logprob")
            .Add(RolloutField.Logprobs, "rollout_log_probs")
            .Add(RolloutField.Logprobs, "response_logprobs")
            .Add(RolloutField.Tokens, "response_length")
            .Add(RolloutField.Truncated, "truncated")
            .Under(options.Fields),
        logprobsRequired: false);
}
