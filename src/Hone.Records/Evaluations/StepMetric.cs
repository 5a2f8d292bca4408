namespace Hone.Records.Evaluations;

/// <summary>One number a checkpoint from data that was held out of training; higher is better.</summary>
/// <param name="Name">What the number is, such as accuracy, or the trainer's own name for it.</param>
/// <param name="Path">The file it was read from.</param>
/// <param name="Values">The values by step: the number of updates behind the weights. All finite, at least one.</param>
public sealed record StepMetric(string Name, string Path, IReadOnlyDictionary<int, double> Values)
{
    /// <summary>Reads the metric of a file.</summary>
    /// <remarks>
    /// Understood are: our own evals.jsonl; the document of <c>hone eval --checkpoints --json</c>; <c>trainer_state.json</c> of TRL and all of
    /// transformers; verl's file log; and rows of a step and a value, as JSON Lines or one JSON array. The column is the accuracy;
    /// else <c>value</c>; else the trainer's own, as docs/statistics.md says; never one that is better when lower. Of several data sets it
    /// is the mean over those that every step has. Of rows of one step the last counts, as after a resumed run.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It cannot be read, or holds no value by step that can be used.</exception>
    public static StepMetric Read(string path)
    {
        (StepMetric? metric, string? instead) = Choose(path);
        return metric ?? throw Unusable(path, instead ?? "holds no held-out value by step");
    }

    /// <summary>Looks where trainers leave their validation: evals.jsonl in the run folder, trainer_state.json in the last checkpoint or
    /// above, and verl's file log at its default place; null where there is none with a value.</summary>
    /// <param name="log">The run folder, a folder of rollout files, or one file.</param>
    /// <param name="checkpoints">Folders of the checkpoints, in step order.</param>
    /// <exception cref="InvalidDataException">A file is there and cannot be read, or its values cannot be used and no other file
    /// has any.</exception>
    public static StepMetric? Beside(string log, IReadOnlyList<string> checkpoints)
    {
        InvalidDataException? unusable = null;
        foreach (string file in Places(log, checkpoints).Distinct().Where(File.Exists))
        {
            // Training without validation leaves a trainer_state.json too.
            (StepMetric? metric, string? instead) = Choose(file);
            if (metric is not null)
            {
                return metric;
            }

            unusable ??= instead is null ? null : Unusable(file, instead);
        }

        return unusable is null ? null : throw unusable;
    }

    private static (StepMetric? Metric, string? Instead) Choose(string path)
    {
        (string name, SortedDictionary<int, double> values, string? instead) = MetricColumns.Choose(StepRows.Read(path));
        return (values.Count > 0 ? new StepMetric(name, path, values) : null, instead);
    }

    private static InvalidDataException Unusable(string path, string what) => RecordError.In(
        path, what + ", expected rows with step and accuracy or value, a trainer_state.json with eval_ metrics, or verl's file log with "
            + "val-core metrics",
        "write lines such as {\"step\":40,\"value\":0.61}, where higher is better; of a perplexity, minus its value");

    private static IEnumerable<string> Places(string log, IReadOnlyList<string> checkpoints)
    {
        string folder = Directory.Exists(log) ? Trim(log) : Above(log);
        yield return System.IO.Path.Combine(folder, "evals.jsonl");

        // The rollouts of a run of ours are in a folder of it.
        string run = Above(System.IO.Path.GetFullPath(System.IO.Path.Combine(".", folder)));
        if (File.Exists(System.IO.Path.Combine(run, "run.json")))
        {
            yield return System.IO.Path.Combine(run, "evals.jsonl");
        }

        foreach (string checkpoint in checkpoints.Reverse().Where(path => path.Length > 0))
        {
            yield return System.IO.Path.Combine(checkpoint, "trainer_state.json");
        }

        string last = checkpoints.Count > 0 ? checkpoints[^1] : "";
        string[] near = last.Length > 0 ? [Above(last), folder, Above(folder)] : [folder, Above(folder)];
        foreach (string place in near)
        {
            yield return System.IO.Path.Combine(place, "trainer_state.json");
        }

        // checkpoints/PROJECT/EXPERIMENT/global_step_N goes with PROJECT/EXPERIMENT.jsonl.
        if (last.Length > 0)
        {
            string experiment = System.IO.Path.GetFullPath(Above(last));
            string project = Above(experiment);
            yield return System.IO.Path.Combine(
                Above(Above(project)), System.IO.Path.GetFileName(project), System.IO.Path.GetFileName(experiment) + ".jsonl");
        }
    }

    private static string Trim(string path) => System.IO.Path.TrimEndingDirectorySeparator(path);

    private static string Above(string path) => System.IO.Path.GetDirectoryName(Trim(path)) ?? "";
}
