namespace Hone.Records.Logs.Importers;

/// <summary>Which columns of a table of completions hold what, for trainers that write one column per reward function.</summary>
/// <param name="Step">Name of the steps.</param>
/// <param name="Prompt">Name of an id of the prompt; where a table has no such column its prompts' text tells them apart.</param>
/// <param name="MeanLogprob">Name of the mean log-probabilities, which a hook adds.</param>
/// <param name="RefMeanLogprob">Name of the reference model's.</param>
/// <param name="Truncated">Name of a flag.</param>
/// <param name="Reward">Name of the one column that is the reward; null for the sum of all reward columns.</param>
/// <param name="Weights">Weights of reward columns; 1 for those not named.</param>
internal sealed record TableColumns(
    string Step, string Prompt, string MeanLogprob, string RefMeanLogprob, string Truncated, string? Reward,
    IReadOnlyDictionary<string, double> Weights)
{
    private static readonly string[] Mapped = ["step", "prompt_id", "mean_logprob", "ref_mean_logprob", "truncated", "reward"];

    /// <summary>The columns of a format, as the user's options say.</summary>
    /// <exception cref="InvalidDataException">An option has no meaning for tables.</exception>
    internal static TableColumns Of(LogFormat format, LogOptions options)
    {
        FieldMap map = options.Fields;
        foreach (string ours in FieldMap.RolloutNames.Except(Mapped))
        {
            if (map[ours] is { } theirs)
            {
                throw RecordError.In($"--field {ours}={theirs}", $"a table of {format.Name} has no such field, expected one of "
                    + string.Join(", ", Mapped), "log the mean of a completion's log-probabilities as a column mean_logprob");
            }
        }

        if (map["reward"] is { } reward && options.RewardWeights.Count > 0)
        {
            throw RecordError.In($"--reward-weight {options.RewardWeights.First().Key}",
                $"--field reward={reward} names the one reward already, expected one of the two options", "leave one out");
        }

        return new TableColumns(
            map["step"] ?? "step", map["prompt_id"] ?? "index", map["mean_logprob"] ?? "mean_logprob",
            map["ref_mean_logprob"] ?? "ref_mean_logprob", map["truncated"] ?? "truncated", map["reward"], options.RewardWeights);
    }

    /// <summary>Whether a column of numbers is a reward.</summary>
    internal bool IsReward(string name) => Reward is null
        ? name != Step && name != Prompt && name != MeanLogprob && name != RefMeanLogprob && name != Truncated && name != "prompt_id"
            && name != "entropy" && Weight(name) != 0
        : name == Reward;

    /// <summary>Weight of a reward.</summary>
    internal double Weight(string name) => Weights.GetValueOrDefault(name, 1);

    /// <summary>Refuses weights for columns that a table does not have.</summary>
    /// <exception cref="RowException">There is no such column, or no reward at all.</exception>
    internal void Check(IReadOnlyCollection<string> columns, IReadOnlyCollection<string> rewards)
    {
        foreach (string name in Weights.Keys.Where(name => !columns.Contains(name)))
        {
            throw new RowException($"no column '{name}' to weigh; the columns are {RecordError.List(columns)}",
                $"correct --reward-weight {name}");
        }

        if (rewards.Count == 0)
        {
            throw new RowException($"no column of rewards; the columns are {RecordError.List(columns)}",
                "name one with --field reward=THEIR_COLUMN");
        }
    }

    /// <summary>The rewards in words.</summary>
    internal string InWords(IReadOnlyCollection<string> rewards) => string.Join(" + ",
        rewards.Select(name => Weight(name) == 1 ? name : FormattableString.Invariant($"{Weight(name)} x {name}")));

    /// <summary>The weighted sum of a completion's rewards, those that are not finite left out; NaN where none is.</summary>
    internal double Total(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<double>> rewards, int row)
    {
        double total = double.NaN;
        for (int i = 0; i < rewards.Count; i++)
        {
            double reward = rewards[i][row];
            if (double.IsFinite(reward))
            {
                total = (double.IsNaN(total) ? 0 : total) + (Weight(names[i]) * reward);
            }
        }

        return total;
    }
}
