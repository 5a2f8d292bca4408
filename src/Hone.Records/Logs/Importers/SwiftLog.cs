using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// ms-swift's <c>completions.jsonl</c> in its output folder, of <c>log_completions</c>: a line is a table, each key a list with an
/// entry a completion (swift/rlhf_trainers/grpo_trainer.py, 2026). <c>step</c> is <c>global_step</c> as text: the updates done when it
/// was logged, the completion's own among them. The Megatron trainer has <c>gen_step</c> instead, which counts from 0. The columns of
/// numbers between <c>completion</c> and <c>advantages</c> are the rewards, in the order of the reward functions; what is logged
/// beside them follows behind. A generation that serves several updates (<c>steps_per_generation</c>, <c>num_iterations</c>) is logged
/// again at each of them, and is counted at the first. Evaluations are logged into the same file.
/// </summary>
internal sealed class SwiftLog : JsonLinesImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "ms-swift", "ms-swift completions (JSON lines, a table each)",
        "ms-swift logs the number of updates done, the completion's own among them")
    {
        LogprobHint = "ms-swift logs none; add a list mean_logprob to its _logs",
    };

    /// <inheritdoc/>
    internal override string ForeignRows => "completions of tables that were logged again at a later step";

    /// <inheritdoc/>
    protected override bool Grows => true;

    /// <inheritdoc/>
    protected override IEnumerable<LogFile> Candidates(string path) => base.Candidates(path).Where(
        file => file.Path == path || Path.GetFileName(file.Path).StartsWith("completions.", StringComparison.Ordinal));

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) => fields.Contains("prompt") && fields.Contains("completion")
        && fields.Contains("advantages") && (fields.Contains("step") || fields.Contains("gen_step"));

    /// <inheritdoc/>
    protected override Func<ILineParser> Parsers(LogOptions options)
    {
        var columns = TableColumns.Of(Format, options);
        return () => new SwiftTable(columns);
    }
}
