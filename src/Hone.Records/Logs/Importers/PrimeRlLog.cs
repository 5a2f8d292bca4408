using System.Globalization;
using System.Text.RegularExpressions;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// prime-rl's <c>rollouts/step_N/train/effective/traces.jsonl</c> in the run's folder: the batch of a step, a line an episode, and in
/// it one trace or more (src/prime_rl/monitors/file.py of August 2026, verifiers/v1/episode.py). Where <c>effective</c> is missing,
/// <c>all</c> is read; later versions have <c>traces/step_N/train/traces.jsonl</c> instead, with every episode in the step in which
/// it arrived. Trainer steps count from 0, and checkpoint <c>step_N</c> is saved before step N is trained
/// (src/prime_rl/trainer/rl/train.py), so it holds N updates.
/// </summary>
internal sealed partial class PrimeRlLog : JsonLinesImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "prime-rl", "prime-rl traces (JSON lines, one an episode)", "prime-rl counts the step being trained from 0", 1)
    {
        LogprobHint = "prime-rl writes those of sampling into nodes[].logprobs when its own inference server answers",
    };

    /// <inheritdoc/>
    internal override string ForeignRows => "episodes of evaluations and traces without a reward";

    /// <inheritdoc/>
    protected override bool Grows => true;

    /// <inheritdoc/>
    internal override IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files) =>
        files.All(file => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file.Path))) == "effective")
            ? []
            : [new LogFinding("unfiltered_traces", "these traces are of all episodes by the step in which they finished, not of the "
                + "batches that were trained: some were never trained, others in a later step")];

    /// <inheritdoc/>
    protected override IEnumerable<LogFile> Candidates(string path)
    {
        if (!Directory.Exists(path))
        {
            return LogFiles.Ends(path, "traces.jsonl") ? [new LogFile(path, StepAbove(path))] : [];
        }

        string[] roots = [path, Path.Combine(path, "rollouts"), Path.Combine(path, "traces")];
        string[] layouts = ["train/effective", "train/all", "train"];
        return (from root in roots
                from layout in layouts
                select StepsIn(root, layout)).FirstOrDefault(files => files.Count > 0) ?? [];
    }

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) => fields.Contains("traces");

    /// <inheritdoc/>
    protected override Func<ILineParser> Parsers(LogOptions options)
    {
        OwnFields.RefuseMap(Format, options.Fields);
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        return () => new PrimeRlEpisode(TokenFigures.For(options.Measures));
    }

    private static IReadOnlyList<LogFile> StepsIn(string root, string layout) => !Directory.Exists(root) ? [] :
    [
        .. Directory.EnumerateDirectories(root).SelectMany(step => LogFiles.In(Path.Combine(step, layout)))
            .Where(file => LogFiles.Ends(file, "traces.jsonl")).Select(file => new LogFile(file, StepAbove(file)))
            .Where(file => file.Step is not null).OrderBy(file => file.Step),
    ];

    private static int? StepAbove(string file)
    {
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(file)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (StepFolder().Match(Path.GetFileName(folder)) is { Success: true } name)
            {
                return int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    [GeneratedRegex(@"^step_(\d{1,9})$")]
    private static partial Regex StepFolder();
}
