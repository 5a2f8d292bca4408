using System.Text.RegularExpressions;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// open-instruct's <c>--save_traces --rollouts_save_path DIR</c>: <c>RUN_rollouts_NNNNNN.jsonl</c>, a line a completion, appended to
/// until a shard has 10,000 (open_instruct/rl_utils.py, since January 2026). <c>prompt_idx</c> counts within a step only, so rows are
/// grouped by the token ids of the prompt. <c>logprobs</c> are vLLM's, one a token of the response; the tokens that a tool returned
/// are among them, as the file does not say which they are.
/// </summary>
internal sealed partial class OpenInstructLog : FieldRowsImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "open-instruct", "open-instruct rollouts (JSON lines, one a completion)",
        "open-instruct numbers the batches it prepares, from 0 in versions of 2026")
    {
        LogprobHint = "open-instruct writes vLLM's into logprobs with --save_traces",
    };

    /// <inheritdoc/>
    protected override bool Grows => true;

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    protected override bool StartsAtZeroOrOne => true;

    /// <inheritdoc/>
    internal override IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files)
    {
        yield return new LogFinding("filtered_log", "open-instruct writes rollouts after it has removed the groups whose rewards are all "
            + "equal (filter_zero_std_samples), so prompts that are always or never solved are missing here");
        string read = RunOf(files[0].Path);
        IEnumerable<string> runs = LogFiles.In(Path.GetDirectoryName(Path.GetFullPath(files[0].Path))!)
            .Where(file => Shard().IsMatch(Path.GetFileName(file))).Select(RunOf).Distinct();
        foreach (LogFinding other in read.Length == 0 ? [] : LogFiles.OtherRuns(read, [.. runs.Where(run => run != read)]))
        {
            yield return other;
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<LogFile> Candidates(string path)
    {
        if (!Directory.Exists(path))
        {
            return base.Candidates(path);
        }

        // A folder may be shared by runs; the rows of two must not be mixed.
        IGrouping<string, string>? newest = LogFiles.In(path).Where(file => Shard().IsMatch(Path.GetFileName(file)))
            .GroupBy(RunOf).MaxBy(run => run.Max(File.GetLastWriteTimeUtc));
        return newest is null ? [] : newest.Select(file => new LogFile(file));
    }

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) =>
        fields.Contains("prompt_tokens") && fields.Contains("response_tokens") && fields.Contains("reward");

    /// <inheritdoc/>
    protected override FieldNames Names => new FieldNames()
        .Add(RolloutField.Step, "step")
        .Add(RolloutField.PromptId, "prompt_tokens", PromptReading.Text)
        .Add(RolloutField.Sample, "sample_idx")
        .Add(RolloutField.Reward, "reward")
        .Add(RolloutField.MeanLogprob, "mean_logprob")
        .Add(RolloutField.RefMeanLogprob, "ref_mean_logprob")
        .Add(RolloutField.Logprobs, "logprobs")
        .Add(RolloutField.RefLogprobs, "ref_logprobs")
        .Add(RolloutField.Truncated, "finish_reason");

    private static string RunOf(string file) => Shard().Match(Path.GetFileName(file)).Groups[1].Value;

    [GeneratedRegex(@"^(.+)_rollouts_\d+\.jsonl(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Shard();
}
