namespace Hone.Records.RunFolders;

/// <summary>
/// What ranking needs of a log of rollouts, as columns: entry i of each belongs to completion i. The log may be Hone's
/// or, with
/// a field map, another trainer's. Prompts and completions are not kept.
/// </summary>
public sealed class RolloutLog
{
    private readonly int[] _steps;
    private readonly int[] _prompts;
    private readonly int[] _samples;
    private readonly int[] _tokens;
    private readonly double[] _logProbs;
    private readonly double[] _refLogProbs;
    private readonly double[] _rewards;
    private readonly bool[] _truncated;

    private RolloutLog(IReadOnlyList<string> files, RolloutColumns columns)
    {
        (string[] ids, int[] places) = columns.PromptsInOrder();
        Files = files;
        PromptIds = ids;
        SkippedRows = columns.SkippedRows;
        FirstInvalid = columns.FirstInvalid;
        _steps = [.. columns.Steps];
        _prompts = [.. columns.Prompts.Select(number => places[number])];
        _samples = [.. columns.Samples];
        _tokens = [.. columns.Tokens];
        _logProbs = [.. columns.LogProbs];
        _refLogProbs = [.. columns.RefLogProbs];
        _rewards = [.. columns.Rewards];
        _truncated = [.. columns.Truncated];
    }

    /// <summary>The files that were read, in their order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Number of completions.</summary>
    public int Count => _steps.Length;

    /// <summary>Step of each completion, in the log's own numbering.</summary>
    public ReadOnlySpan<int> Steps => _steps;

    /// <summary>Prompt of each completion, an index into <see cref="PromptIds"/> and hence a rank in their fixed
    /// order.</summary>
    public ReadOnlySpan<int> Prompts => _prompts;

    /// <summary>Sample index of each completion; where the log has none, its place among those of the same step and
    /// prompt.</summary>
    public ReadOnlySpan<int> Samples => _samples;

    /// <summary>Number of tokens of each completion; -1 where the log does not say.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Mean log-probability of each completion's tokens, in nats; NaN where the log has no finite
    /// number.</summary>
    public ReadOnlySpan<double> MeanLogprobs => _logProbs;

    /// <summary>The same under the reference model; NaN where the log has no finite number.</summary>
    public ReadOnlySpan<double> RefMeanLogprobs => _refLogProbs;

    /// <summary>Reward of each completion; finite.</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>Whether each completion hit the length limit; false where the log does not say.</summary>
    public ReadOnlySpan<bool> Truncated => _truncated;

    /// <summary>The prompt ids in a fixed order: by value where all are whole numbers, else ordinal.</summary>
    public IReadOnlyList<string> PromptIds { get; }

    /// <summary>Rows left out because their reward is null or not finite.</summary>
    public int SkippedRows { get; }

    /// <summary>File and line of the first row whose reward or log-probability is not finite; null where there is
    /// none.</summary>
    public string? FirstInvalid { get; }

    /// <summary>Completions whose mean log-probability is NaN here.</summary>
    public int MissingLogprobs => _logProbs.Count(double.IsNaN);

    /// <summary>Completions whose mean log-probability is above 0, which none can be: the log may hold its
    /// negative.</summary>
    public int PositiveLogprobs => _logProbs.Count(value => value > 0);

    /// <summary>Whether any completion has a log-probability under the reference model.</summary>
    public bool HasReference => !Array.TrueForAll(_refLogProbs, double.IsNaN);

    /// <summary>Reads a log.</summary>
    /// <param name="path">A run folder, a folder of rollout files, or one .jsonl or .jsonl.gz file.</param>
    /// <param name="fields">The log's names for our fields; null for a log of ours.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, a field is missing, or there are no
    /// rows.</exception>
    public static RolloutLog Read(string path, FieldMap? fields = null)
    {
        IReadOnlyList<string> files = RolloutFiles.In(path);
        var columns = new RolloutColumns(fields ?? FieldMap.None);
        foreach (string file in files)
        {
            columns.ReadFile(file);
        }

        if (columns.Steps.Count > 0)
        {
            return new RolloutLog(files, columns);
        }

        throw columns.SkippedRows == 0
            ? RecordError.In(path, "the log has no rows, expected at least one completion",
                "check that the run has finished a step")
            : RecordError.In(path, $"none of the {columns.SkippedRows} rows has a finite reward",
                "name another field with --field reward=THEIR_FIELD");
    }
}
