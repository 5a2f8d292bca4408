namespace Hone.Records.RunFolders;

/// <summary>Which of the log's fields is which of ours.</summary>
internal sealed class RolloutFields
{
    // What other trainers call these; a hint names the first that the log has.
    private static readonly Dictionary<RolloutField, string[]> Known = new()
    {
        [RolloutField.Step] = ["global_step", "rollout_id", "iteration"],
        [RolloutField.PromptId] = ["uid", "prompt_idx", "group_index", "request_id", "prompt", "input", "question"],
        [RolloutField.MeanLogprob] = ["mean_logp", "avg_logprob", "logprob_mean"],
        [RolloutField.Logprobs] = ["rollout_log_probs", "generation_logprobs", "response_logprobs", "log_probs"],
        [RolloutField.Reward] = ["score", "rewards", "acc", "raw_reward"],
    };

    private readonly string?[] _names = new string?[FieldMap.RolloutNames.Count];

    internal RolloutFields(FieldMap map)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            string ours = FieldMap.RolloutNames[i];
            _names[i] = map[ours] ?? ours;
            Paths.Add([.. _names[i]!.Split('.').Select(System.Text.Encoding.UTF8.GetBytes)]);
        }

        // Whoever names the array wants it read, even where the log has a mean too.
        Disable(RolloutField.MeanLogprob, map["logprobs"] is not null && map["mean_logprob"] is null);
        Disable(RolloutField.RefMeanLogprob, map["ref_logprobs"] is not null && map["ref_mean_logprob"] is null);
    }

    /// <summary>The dotted path of each field in UTF-8; empty where the field is not read.</summary>
    internal List<byte[][]> Paths { get; } = [];

    /// <summary>The log's name of a field.</summary>
    internal string Name(RolloutField field) => _names[(int)field]!;

    /// <summary>What to do about a field that the log does not have.</summary>
    internal static string Hint(RolloutField field, IReadOnlyCollection<string> found)
    {
        RolloutField[] choices = field == RolloutField.MeanLogprob ? [field, RolloutField.Logprobs] : [field];
        foreach (RolloutField choice in choices)
        {
            if (Known[choice].FirstOrDefault(found.Contains) is string theirs)
            {
                return $"try --field {Ours(choice)}={theirs}";
            }
        }

        return "say which it is with "
            + string.Join(" or ", choices.Select(choice => $"--field {Ours(choice)}=THEIR_FIELD"));
    }

    internal static string Ours(RolloutField field) => FieldMap.RolloutNames[(int)field];

    private void Disable(RolloutField field, bool disabled)
    {
        if (disabled)
        {
            Paths[(int)field] = [];
        }
    }
}
