using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;

namespace Hone.Cli.Comparisons;

/// <summary>Where a run's scores come from.</summary>
internal enum ScoreSource
{
    /// <summary>A prompt's share of right samples in a folder of hone eval, else a data set's last accuracy in evals.jsonl.</summary>
    Evals,

    /// <summary>A prompt's mean reward over the last steps of the log.</summary>
    Rewards,
}

/// <summary>A run's score on each task.</summary>
/// <param name="Path">The run.</param>
/// <param name="Tasks">Score by task.</param>
/// <param name="Unit">What a task is: prompt or data set.</param>
internal sealed record ComparedRun(string Path, IReadOnlyDictionary<string, double> Tasks, string Unit)
{
    private const string Prompt = "prompt";

    /// <summary>The step that scores are of: of each data set its last evaluation's, of rewards the log's last. Empty for a folder of
    /// hone eval.</summary>
    public IReadOnlyDictionary<string, int> LastSteps { get; private init; } = new Dictionary<string, int>();

    /// <summary>Rows of its log that were left out, for their reward is not a finite number.</summary>
    public int SkippedRows { get; private init; }

    /// <summary>Whether a run has held-out results.</summary>
    public static bool HasEvals(string path) => IsEvaluation(path) || EvalsFile(path) is not null;

    /// <summary>Reads a run.</summary>
    /// <param name="path">A folder of hone eval, a run folder or, for rewards, any rollout log.</param>
    /// <param name="source">Which of its scores.</param>
    /// <param name="window">Steps that the rewards reach back.</param>
    /// <exception cref="InvalidDataException">It has no such scores.</exception>
    public static ComparedRun Read(string path, ScoreSource source, int window)
    {
        ComparedRun run = source == ScoreSource.Rewards ? OfRewards(path, window)
            : IsEvaluation(path) ? OfSamples(path)
            : EvalsFile(path) is { } file ? OfEvals(path, file)
            : System.IO.Path.Exists(path) ? throw new InvalidDataException(
                $"{path}: has no held-out results, expected a folder of hone eval, or a run folder with evals.jsonl. "
                + "Hint: evaluate it first with hone eval --out DIR, or compare --scores rewards.")
            : throw new DirectoryNotFoundException(
                $"{path}: no such run, expected a folder of hone eval or a run folder. Hint: check the path.");
        return run.Tasks.Count > 0 ? run : throw new InvalidDataException(
            $"{path}: has no score, expected one at least. Hint: wait until the run or its evaluation has written one.");
    }

    private static bool IsEvaluation(string path) => File.Exists(System.IO.Path.Combine(path, "eval.json"));

    private static string? EvalsFile(string path) =>
        File.Exists(System.IO.Path.Combine(path, "run.json")) && new FileInfo(RunFolder.Open(path).EvalsFile) is { Exists: true, Length: > 0 } file
            ? file.FullName : null;

    private static ComparedRun OfSamples(string path)
    {
        SortedDictionary<string, double> tasks = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(path, "*.jsonl").Where(file => System.IO.Path.GetFileName(file)[0] != '.'))
        {
            string set = System.IO.Path.GetFileNameWithoutExtension(file);
            foreach (IGrouping<string, SampleLine> prompt in SampleFile.Read(file).GroupBy(line => line.Id))
            {
                tasks.Add($"{set}/{prompt.Key}", prompt.Average(line => line.Correct ? 1.0 : 0.0));
            }
        }

        return new ComparedRun(path, tasks, Prompt);
    }

    private static ComparedRun OfEvals(string path, string file)
    {
        SortedDictionary<string, double> tasks = new(StringComparer.Ordinal);
        Dictionary<string, int> steps = [];
        foreach (EvalLine line in EvalLine.ReadAll(file).OrderBy(line => line.Step))
        {
            steps[$"the last evaluation on {line.DataSet}"] = line.Step;
            tasks[line.DataSet] = double.IsFinite(line.Accuracy) ? line.Accuracy : throw new InvalidDataException(
                $"{file}: step {line.Step} has no finite accuracy, expected a number. Hint: remove the line, or evaluate again.");
        }

        return new ComparedRun(path, tasks, "data set") { LastSteps = steps };
    }

    private static ComparedRun OfRewards(string path, int window)
    {
        RolloutLog log = RolloutLog.Read(path, new LogOptions { LogprobsElsewhere = true });
        (double Sum, int Count)[] prompts = new (double, int)[log.PromptIds.Count];
        ReadOnlySpan<int> steps = log.Steps, ids = log.Prompts;
        ReadOnlySpan<double> rewards = log.Rewards;
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] > (long)log.LastStep - window)
            {
                prompts[ids[i]] = (prompts[ids[i]].Sum + rewards[i], prompts[ids[i]].Count + 1);
            }
        }

        SortedDictionary<string, double> tasks = new(StringComparer.Ordinal);
        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            if (prompts[prompt].Count > 0)
            {
                tasks.Add(log.PromptIds[prompt], prompts[prompt].Sum / prompts[prompt].Count);
            }
        }

        return new ComparedRun(path, tasks, Prompt)
        {
            LastSteps = new Dictionary<string, int> { ["the last step of the log"] = log.LastStep }, SkippedRows = log.SkippedRows,
        };
    }
}
