using Hone.Selection;

namespace Hone.Cli.Comparisons;

/// <summary>Groups of runs on the tasks that all of them have.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Source">Where the scores come from.</param>
/// <param name="Unit">What a task is: prompt or data set.</param>
/// <param name="LeftOut">Tasks that some run lacks.</param>
/// <param name="Warnings">What to know before trusting the comparison.</param>
internal sealed record ComparedRuns(
    IReadOnlyList<RunGroup> Groups, ScoreSource Source, string Unit, int LeftOut, IReadOnlyList<RunWarning> Warnings)
{
    private const int RunsNamed = 5;

    /// <summary>The runs of a command line: each alone, and the groups NAME=RUN,RUN.</summary>
    /// <exception cref="UsageException">There is none, two have one name, or a group has a run twice.</exception>
    public static IReadOnlyList<(string Name, string[] Runs)> Parse(IReadOnlyList<string> runs, IReadOnlyList<string> groups)
    {
        string[] alone = [.. runs.Select(run => Path.GetFileName(Path.TrimEndingDirectorySeparator(run)))];
        List<(string Name, string[] Runs)> all = [.. runs.Select((run, i) =>
            (alone.Count(name => name == alone[i]) > 1 || alone[i].Length == 0 ? run : alone[i], new[] { run }))];
        foreach (string group in groups)
        {
            int equals = group.IndexOf('=', StringComparison.Ordinal);
            string[] members = equals < 1 ? [] : group[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries);
            all.Add(members.Length > 0 && members.All(member => member.Length > 0) ? (group[..equals], members) : throw new UsageException(
                $"--group {group}: expected NAME=RUN,RUN. Hint: for example --group grpo=runs/a1,runs/a2."));
        }

        foreach ((string name, string[] members) in all)
        {
            for (int i = 1; i < members.Length; i++)
            {
                if (members.Take(i).FirstOrDefault(other => SameFile.Is(other, members[i])) is { } same)
                {
                    throw new UsageException(
                        $"--group {name}: {members[i]} is {(same == members[i] ? "named twice" : $"the same run as {same}")}, expected each run once. "
                        + "Hint: a run that counts twice makes intervals too narrow.");
                }
            }
        }

        string? twice = all.Select(group => group.Name).GroupBy(name => name).FirstOrDefault(name => name.Count() > 1)?.Key;
        return all.Count == 0 ? throw new UsageException("no run was named, expected one at least. Hint: hone compare RUN RUN.")
            : twice is not null ? throw new UsageException($"two groups are called '{twice}', expected different names. Hint: name them with --group NAME=RUN.")
            : all;
    }

    /// <summary>Reads the runs.</summary>
    /// <param name="named">The groups.</param>
    /// <param name="asked">Which scores; null for held-out results where every run has them, else rewards.</param>
    /// <param name="window">Steps that rewards reach back.</param>
    /// <exception cref="InvalidDataException">A run cannot be read, or the runs share no task.</exception>
    public static ComparedRuns Read(IReadOnlyList<(string Name, string[] Runs)> named, ScoreSource? asked, int window)
    {
        ScoreSource source = asked
            ?? (named.SelectMany(group => group.Runs).All(ComparedRun.HasEvals) ? ScoreSource.Evals : ScoreSource.Rewards);
        ComparedRun[][] read = [.. named.Select(group => group.Runs.Select(run => ComparedRun.Read(run, source, window)).ToArray())];
        ComparedRun[] all = [.. read.SelectMany(group => group)];
        if (all.FirstOrDefault(run => run.Unit != all[0].Unit) is { } other)
        {
            throw new InvalidDataException(
                $"{other.Path}: has a score a {other.Unit}, {all[0].Path} has one a {all[0].Unit}, expected the same kind. "
                + "Hint: compare folders of hone eval with each other, and run folders with each other.");
        }

        string[] tasks = [.. all[0].Tasks.Keys.Where(task => all.All(run => run.Tasks.ContainsKey(task)))];
        if (tasks.Length == 0)
        {
            throw new InvalidDataException(
                $"{all.First(run => !run.Tasks.Keys.Any(all[0].Tasks.ContainsKey) || run == all[^1]).Path}: shares no {all[0].Unit} with all other runs, "
                + "expected runs on the same data. Hint: compare evaluations on one data set, or a longer --window of rewards.");
        }

        int distinct = all.SelectMany(run => run.Tasks.Keys).Distinct().Count();
        return new ComparedRuns(
            [.. named.Zip(read).Select(pair => new RunGroup(
                pair.First.Name, [.. pair.Second.Select(run => tasks.Select(task => run.Tasks[task]).ToArray())]))],
            source, all[0].Unit, distinct - tasks.Length, [.. WarningsOf(all)]);
    }

    private static IEnumerable<RunWarning> WarningsOf(ComparedRun[] runs)
    {
        foreach (ComparedRun run in runs.Where(run => run.SkippedRows > 0))
        {
            yield return new RunWarning(
                "rewards_not_finite", $"{run.Path}: {run.SkippedRows} rows of the log were left out, for their reward is missing or not a finite number");
        }

        foreach (string what in runs.SelectMany(run => run.LastSteps.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            (string Path, int Step)[] steps = [.. runs.Where(run => run.LastSteps.ContainsKey(what)).Select(run => (run.Path, run.LastSteps[what]))];
            if (steps.Select(run => run.Step).Distinct().Count() > 1)
            {
                string names = string.Join(", ", steps.Take(RunsNamed).Select(run => $"{run.Step} of {run.Path}"))
                    + (steps.Length > RunsNamed ? $" and {steps.Length - RunsNamed} more" : "");
                yield return new RunWarning("different_steps", $"{what} is not that of the same step in all runs: {names}; runs of unequal length are compared");
            }
        }
    }
}

/// <summary>Something to know before trusting a comparison.</summary>
/// <param name="Id">Stable snake_case name.</param>
/// <param name="Message">What was found, with its figures.</param>
internal sealed record RunWarning(string Id, string Message);
