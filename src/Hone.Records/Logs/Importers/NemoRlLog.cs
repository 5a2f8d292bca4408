using System.Globalization;
using System.Text.RegularExpressions;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// NeMo-RL's <c>train_data_step&lt;N&gt;.jsonl</c> in its log folder or a run's <c>exp_NNN</c> below it, of which the highest number
/// is read: a line a completion, the step in the name alone (nemo_rl/algorithms/grpo.py and utils/logger.py, 0.6). Training number
/// <c>total_steps + 1</c> is written now, <c>step</c> from 0 in early versions. <c>val_data_step</c> files are evaluations. Supervised
/// and distillation runs write files of the same name without rewards, which are not taken for rollouts.
/// </summary>
internal sealed partial class NemoRlLog : JsonLinesImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "nemo-rl", "NeMo-RL training data (JSON lines, one a completion)",
        "NeMo-RL counts the step being trained from 1, and from 0 in early versions")
    {
        LogprobHint = "NeMo-RL writes generation_logprobs and token_loss_mask where the trainer's own logger writes the step's data",
    };

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    protected override bool StartsAtZeroOrOne => true;

    /// <inheritdoc/>
    internal override IEnumerable<LogFinding> Findings(IReadOnlyList<LogFile> files)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(files[0].Path))!;
        return NumberOf(folder) is null
            ? []
            : LogFiles.OtherRuns(Path.GetFileName(folder),
                [.. Runs(Path.GetDirectoryName(folder)!).Where(run => run != folder).Select(run => Path.GetFileName(run)!)]);
    }

    /// <inheritdoc/>
    protected override IEnumerable<LogFile> Candidates(string path)
    {
        IReadOnlyList<LogFile> own = [.. StepsIn(path)];
        return own.Count > 0 || !Directory.Exists(path) ? own : Runs(path).Take(1).SelectMany(StepsIn);
    }

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) =>
        fields.Contains("rewards") && (fields.Contains("token_ids") || fields.Contains("generation_logprobs"));

    /// <inheritdoc/>
    protected override Func<ILineParser> Parsers(LogOptions options)
    {
        OwnFields.RefuseMap(Format, options.Fields);
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        return () => new NemoRlRow(TokenFigures.For(options.Measures));
    }

    /// <summary>The numbered runs of a folder that have training data, the newest first.</summary>
    private static IEnumerable<string> Runs(string folder) => Directory.EnumerateDirectories(Path.GetFullPath(folder))
        .Where(run => NumberOf(run) is not null && StepsIn(run).Any()).OrderByDescending(NumberOf);

    private static IEnumerable<LogFile> StepsIn(string path) => LogFiles.In(path)
        .Select(file => (File: file, Name: StepFile().Match(Path.GetFileName(file)))).Where(file => file.Name.Success)
        .Select(file => new LogFile(file.File, int.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));

    private static int? NumberOf(string run) => RunFolderName().Match(Path.GetFileName(run)) is { Success: true } name
        ? int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"^train_data_step(\d{1,9})\.jsonl(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex StepFile();

    [GeneratedRegex(@"^exp_(\d{1,9})$")]
    private static partial Regex RunFolderName();
}
