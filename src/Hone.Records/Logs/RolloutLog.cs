using System.Runtime.InteropServices;
using Hone.Records.Logs.Findings;
using Hone.Records.Logs.Importers;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs;

/// <summary>
/// What ranking needs of a log of rollouts, as columns: entry i of each belongs to completion i. The log may be Hone's or another
/// trainer's. Prompts and completions are not kept.
/// </summary>
public sealed class RolloutLog
{
    private readonly RolloutColumns _columns;
    private readonly double[] _refLogProbs;
    private readonly Task<IReadOnlyList<LogFinding>> _findings;

    private RolloutLog(LogFormat format, IReadOnlyList<LogFile> files, RolloutColumns columns, IEnumerable<LogFinding> findings)
    {
        _columns = columns;
        (Format, Files, FirstInvalid) = (format, files, columns.FirstInvalid);
        (PromptIds, int[] places) = columns.Prompts.InOrder();
        foreach (ref int prompt in CollectionsMarshal.AsSpan(columns.PromptNumbers))
        {
            prompt = places[prompt];
        }

        if (format.StepOffset != 0)
        {
            foreach (ref int step in CollectionsMarshal.AsSpan(columns.Steps))
            {
                step += format.StepOffset;
            }
        }

        SkippedRows = columns.DropWithoutReward();
        RepeatedSteps = [.. columns.CoveredSteps.Select(step => step + format.StepOffset)];
        (FirstStep, LastStep) = Range(Steps, RepeatedSteps);
        _refLogProbs = columns.HasReference ? [] : new double[columns.Count];
        Array.Fill(_refLogProbs, double.NaN);

        // Nobody asks for them before a ranking is through, so that they are looked for beside it.
        _findings = Task.Run<IReadOnlyList<LogFinding>>(() => [.. findings, .. Count > 0 ? LogChecks.Of(this) : []]);
    }

    /// <summary>The names that <see cref="LogOptions.Format"/> takes.</summary>
    public static IReadOnlyList<string> Formats => LogRecognition.Names;

    /// <summary>What the log was read as.</summary>
    public LogFormat Format { get; }

    /// <summary>The files that were read, in their order.</summary>
    public IReadOnlyList<LogFile> Files { get; }

    /// <summary>What to know of this log before trusting a ranking.</summary>
    public IReadOnlyList<LogFinding> Findings => _findings.GetAwaiter().GetResult();

    /// <summary>Number of completions.</summary>
    public int Count => _columns.Count;

    /// <summary>Step of each completion in our numbering: the update that it was trained in, from 1.</summary>
    public ReadOnlySpan<int> Steps => CollectionsMarshal.AsSpan(_columns.Steps);

    /// <summary>The first step that the log covers, by a completion or by a table that was logged again; 0 for an empty
    /// log.</summary>
    public int FirstStep { get; }

    /// <summary>The last step that the log covers, in the same way.</summary>
    public int LastStep { get; }

    /// <summary>Steps of tables that were left out: their completions count at the step at which they were first logged, or are an
    /// evaluation's; in order.</summary>
    internal IReadOnlyList<int> RepeatedSteps { get; }

    /// <summary>First row of each file that has any.</summary>
    internal IReadOnlyList<(LogFile File, int FirstRow)> FileRows => _columns.Files;

    /// <summary>Whether the log itself says which sample of its prompt each completion is.</summary>
    internal bool SamplesAreGiven => _columns.SamplesAreGiven;

    /// <summary>Prompt of each completion, an index into <see cref="PromptIds"/> and hence a rank in their fixed
    /// order.</summary>
    public ReadOnlySpan<int> Prompts => CollectionsMarshal.AsSpan(_columns.PromptNumbers);

    /// <summary>Sample index of each completion; where the log has none, its place among those of the same prompt that follow each
    /// other with the same step.</summary>
    public ReadOnlySpan<int> Samples => CollectionsMarshal.AsSpan(_columns.Samples);

    /// <summary>Number of tokens of each completion; -1 where the log does not say.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_columns.Tokens);

    /// <summary>Mean log-probability of each completion's tokens, in nats; NaN where the log has no finite
    /// number.</summary>
    public ReadOnlySpan<double> MeanLogprobs => CollectionsMarshal.AsSpan(_columns.LogProbs);

    /// <summary>The same under the reference model; NaN where the log has no finite number.</summary>
    public ReadOnlySpan<double> RefMeanLogprobs => HasReference ? _columns.RefLogProbs : _refLogProbs;

    /// <summary>Reward of each completion; finite.</summary>
    public ReadOnlySpan<double> Rewards => CollectionsMarshal.AsSpan(_columns.Rewards);

    /// <summary>Whether each completion hit the length limit; false where the log does not say.</summary>
    public ReadOnlySpan<bool> Truncated => CollectionsMarshal.AsSpan(_columns.Truncated);

    /// <summary>The prompt ids in a fixed order: by value where all are whole numbers, else ordinal. Prompts without an id are in the
    /// order of the log, and have their place in it for an id.</summary>
    public IReadOnlyList<string> PromptIds { get; }

    /// <summary>Rows left out because their reward is null or not finite.</summary>
    public int SkippedRows { get; }

    /// <summary>File and line of the first row whose reward or log-probability is not finite; null where there is
    /// none.</summary>
    public string? FirstInvalid { get; }

    /// <summary>Completions whose mean log-probability is NaN here.</summary>
    public int MissingLogprobs => Missing(MeanLogprobs);

    /// <summary>Completions whose mean log-probability under the reference model is NaN here.</summary>
    public int MissingReference => Missing(RefMeanLogprobs);

    /// <summary>Completions whose mean log-probability is above 0, which none can be: the log may hold its
    /// negative.</summary>
    public int PositiveLogprobs
    {
        get
        {
            int positive = 0;
            foreach (double value in MeanLogprobs)
            {
                positive += value > 0 ? 1 : 0;
            }

            return positive;
        }
    }

    /// <summary>Whether any completion has a log-probability under the reference model.</summary>
    public bool HasReference => _columns.HasReference;

    /// <summary>The measures of uncertainty that some completion has; of those that were not asked for, only those that every log
    /// is read with.</summary>
    public IReadOnlyList<UncertaintyMeasure> Measures =>
        [.. UncertaintyMeasures.All.Where(measure => IsKept(measure) && MissingUncertainty(measure) < Count)];

    /// <summary>How uncertain the model was of a completion; NaN where the log has no finite number. The negative of what the log
    /// holds, where more of that is more certain.</summary>
    /// <param name="measure">One that <see cref="LogOptions.Measures"/> asked for, or that every log is read with.</param>
    /// <param name="row">The completion.</param>
    /// <exception cref="ArgumentException">The measure was not asked for.</exception>
    public double Uncertainty(UncertaintyMeasure measure, int row) => measure switch
    {
        UncertaintyMeasure.Anll => -MeanLogprobs[row],
        UncertaintyMeasure.Reference => -RefMeanLogprobs[row],
        UncertaintyMeasure.Length => Tokens[row] < 0 ? double.NaN : Tokens[row],
        _ => Column(measure)[row],
    };

    /// <summary>Completions whose <see cref="Uncertainty"/> is NaN.</summary>
    public int MissingUncertainty(UncertaintyMeasure measure)
    {
        if (measure is UncertaintyMeasure.Anll or UncertaintyMeasure.Reference)
        {
            return measure == UncertaintyMeasure.Anll ? MissingLogprobs : MissingReference;
        }

        int missing = 0;
        for (int row = 0; row < Count; row++)
        {
            missing += double.IsNaN(Uncertainty(measure, row)) ? 1 : 0;
        }

        return missing;
    }

    /// <summary>What is said of each completion's answer; empty where the log says nothing of any.</summary>
    public ReadOnlySpan<AnswerVerdict> Verdicts => _columns.Measures.Verdicts;

    /// <summary>Where a completion was read.</summary>
    /// <param name="completion">In [0, Count).</param>
    /// <returns>The file; its place among those of the file that were kept, from 0; and how many those are.</returns>
    public (LogFile File, int Row, int RowsOfFile) Place(int completion)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(completion);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(completion, Count);
        int file = _columns.Files.FindLastIndex(entry => entry.FirstRow <= completion);
        (LogFile found, int first) = _columns.Files[file];
        int end = file + 1 < _columns.Files.Count ? _columns.Files[file + 1].FirstRow : Count;
        return (found, completion - first, end - first);
    }

    /// <summary>Reads a log.</summary>
    /// <param name="path">A run folder, a folder of rollout files, or one file.</param>
    /// <param name="options">How to read it; null to recognise everything.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, a field is missing, or there are no
    /// rows.</exception>
    public static RolloutLog Read(string path, LogOptions? options = null)
    {
        options ??= new LogOptions();
        (LogImporter importer, IReadOnlyList<LogFile> files, IReadOnlyList<LogFinding> beside) = LogRecognition.Find(path, options.Format);
        var columns = new RolloutColumns
        {
            Added = AddedLogprobs.For(path, importer.Format.Name), Measures = new MeasureColumns(options.Measures),
        };
        options = options with { LogprobsElsewhere = options.LogprobsElsewhere || columns.Added is not null };
        importer.Read(files, options, columns);
        columns.DropEvaluations();
        if (columns.Count == 0)
        {
            throw columns.Foreign > 0
                ? RecordError.In(path, $"the log has no rows but {columns.Foreign} {importer.ForeignRows}, expected training completions",
                    "name the folder of the training rollouts")
                : RecordError.In(path, "the log has no rows, expected at least one completion", "check that the run has finished a step");
        }

        columns.Findings.AddRange(columns.Added?.Finish() ?? []);
        columns.Findings.AddRange(importer.UnknownStart(columns));
        columns.Findings.AddRange(Directory.Exists(path) ? LogFiles.Compressed(files) : []);
        var log = new RolloutLog(importer.FormatOf(columns), files, columns, [.. beside, .. importer.Findings(files), .. Noticed(importer, columns)]);
        return log.Count > 0
            ? log
            : throw RecordError.In(path, $"none of the {log.SkippedRows} rows has a finite reward",
                "name another field with --field reward=THEIR_FIELD");
    }

    private static (int First, int Last) Range(ReadOnlySpan<int> steps, IReadOnlyList<int> repeated)
    {
        if (steps.IsEmpty)
        {
            return (0, 0);
        }

        (int first, int last) = (steps[0], steps[0]);
        foreach (int step in steps)
        {
            (first, last) = (Math.Min(first, step), Math.Max(last, step));
        }

        return repeated.Count == 0 ? (first, last) : (Math.Min(first, repeated[0]), Math.Max(last, repeated[^1]));
    }

    private bool IsKept(UncertaintyMeasure measure) =>
        !MeasureColumns.IsOwnColumn(measure) || _columns.Measures[measure] is not null;

    private SparseColumn<double> Column(UncertaintyMeasure measure) => _columns.Measures[measure]
        ?? throw new ArgumentException($"The log was read without the measure '{measure.Name()}'.", nameof(measure));

    private static IEnumerable<LogFinding> Noticed(LogImporter importer, RolloutColumns columns)
    {
        if (columns.RewardWords is { } rewards)
        {
            yield return new LogFinding("reward_columns", $"the reward is {rewards}; --reward-weight NAME=W says otherwise");
        }

        if (columns.Foreign > 0)
        {
            yield return new LogFinding(
                "foreign_rows", FormattableString.Invariant($"{columns.Foreign} rows were left out: {importer.ForeignRows}"));
        }

        foreach (LogFinding finding in columns.Findings)
        {
            yield return finding;
        }
    }

    private static int Missing(ReadOnlySpan<double> values)
    {
        int missing = 0;
        foreach (double value in values)
        {
            missing += double.IsNaN(value) ? 1 : 0;
        }

        return missing;
    }
}
