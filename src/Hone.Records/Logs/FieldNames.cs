using System.Text;

namespace Hone.Records.Logs;

/// <summary>By which names a log's rows may call a field.</summary>
/// <param name="Field">Ours.</param>
/// <param name="Rank">0 for the first choice: where a row has several, the lowest counts.</param>
/// <param name="Name">Theirs, a dotted path where it lies deeper.</param>
/// <param name="Reading">How a prompt is read.</param>
internal sealed record FieldName(RolloutField Field, int Rank, string Name, PromptReading Reading)
{
    /// <summary>The whole name in UTF-8: a key may hold the dots itself.</summary>
    internal byte[] Whole { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Its parts.</summary>
    internal byte[][] Path { get; } = [.. Name.Split('.').Select(Encoding.UTF8.GetBytes)];
}

/// <summary>The names of all fields of a log.</summary>
internal sealed class FieldNames
{
    // What other trainers call these; a hint names the first that the log has.
    private static readonly Dictionary<RolloutField, string[]> Known = new()
    {
        [RolloutField.Step] = ["global_step", "rollout_id", "iteration"],
        [RolloutField.PromptId] = ["uid", "group_index", "prompt", "input", "question"],
        [RolloutField.MeanLogprob] = ["mean_logp", "avg_logprob", "logprob_mean"],
        [RolloutField.Logprobs] = ["rollout_log_probs", "generation_logprobs", "response_logprobs", "log_probs"],
        [RolloutField.Reward] = ["score", "rewards", "acc", "raw_reward"],
    };

    private readonly List<FieldName> _names = [];

    /// <summary>All names, in no order.</summary>
    internal IReadOnlyList<FieldName> All => _names;

    /// <summary>The names of our own log.</summary>
    internal static FieldNames Ours()
    {
        var names = new FieldNames();
        for (int i = 0; i < FieldMap.RolloutNames.Count; i++)
        {
            names.Add((RolloutField)i, FieldMap.RolloutNames[i]);
        }

        return names;
    }

    /// <summary>Adds a further choice for a field.</summary>
    internal FieldNames Add(RolloutField field, string name, PromptReading reading = PromptReading.Id)
    {
        _names.Add(new FieldName(field, _names.Count(known => known.Field == field), name, reading));
        return this;
    }

    /// <summary>What the user says of a field replaces what a format knows.</summary>
    internal FieldNames Under(FieldMap map)
    {
        var names = new FieldNames();
        names._names.AddRange(_names.Where(name => map[Ours(name.Field)] is null));
        for (int i = 0; i < FieldMap.RolloutNames.Count; i++)
        {
            if (map[FieldMap.RolloutNames[i]] is { } theirs)
            {
                names.Add((RolloutField)i, theirs);
            }
        }

        // Whoever names the array wants it read, even where the log has a mean too.
        names.DropWhere(RolloutField.MeanLogprob, map["logprobs"] is not null && map["mean_logprob"] is null);
        names.DropWhere(RolloutField.RefMeanLogprob, map["ref_logprobs"] is not null && map["ref_mean_logprob"] is null);
        return names;
    }

    /// <summary>The first choice for a field; null where it is not read.</summary>
    internal string? First(RolloutField field) => _names.Find(name => name.Field == field && name.Rank == 0)?.Name;

    /// <summary>What to do about a field that the log does not have.</summary>
    internal static string Hint(RolloutField field, IReadOnlyCollection<string> found)
    {
        RolloutField[] choices = field == RolloutField.MeanLogprob ? [field, RolloutField.Logprobs] : [field];
        foreach (RolloutField choice in choices)
        {
            if (Known.GetValueOrDefault(choice, []).FirstOrDefault(found.Contains) is string theirs)
            {
                return $"try --field {Ours(choice)}={theirs}";
            }
        }

        return "say which it is with "
            + string.Join(" or ", choices.Select(choice => $"--field {Ours(choice)}=THEIR_FIELD"));
    }

    /// <summary>Our name for a field; empty for one that users do not map.</summary>
    internal static string Ours(RolloutField field) =>
        (int)field < FieldMap.RolloutNames.Count ? FieldMap.RolloutNames[(int)field] : "";

    private void DropWhere(RolloutField field, bool dropped)
    {
        if (dropped)
        {
            _names.RemoveAll(name => name.Field == field);
        }
    }
}
