namespace Hone.Records;

/// <summary>Which field of the user's file stands for which of ours: the <c>--field ours=theirs</c> options.</summary>
public sealed class FieldMap
{
    private readonly Dictionary<string, string> _theirs;

    private FieldMap(Dictionary<string, string> theirs) => _theirs = theirs;

    /// <summary>No mapping: every field goes by our name.</summary>
    public static FieldMap None { get; } = new([]);

    /// <summary>The names that a data set's map may give.</summary>
    public static IReadOnlyList<string> DataSetNames { get; } = ["prompt", "answer", "solution", "id"];

    /// <summary>The names that a rollout log's map may give.</summary>
    public static IReadOnlyList<string> RolloutNames { get; } =
    [
        "step", "prompt_id", "sample", "mean_logprob", "ref_mean_logprob", "logprobs", "ref_logprobs", "reward",
        "truncated", "tokens", "sum_logprob", "min_logprob", "tail_logprob", "mean_entropy", "self_certainty", "correct", "format_ok",
    ];

    /// <summary>The names that a map of pairs of answers may give.</summary>
    public static IReadOnlyList<string> AnswerPairNames { get; } = ["gold", "answer"];

    /// <summary>Reads the options for a data set.</summary>
    /// <param name="options">Texts such as <c>prompt=question</c> or <c>answer=reward_model.ground_truth</c>.</param>
    /// <exception cref="InvalidDataException">An option has no such form, or names no field of ours.</exception>
    public static FieldMap ForDataSet(IEnumerable<string> options) => Parse(options, DataSetNames);

    /// <summary>Reads the options for a rollout log.</summary>
    /// <param name="options">Texts such as <c>reward=score</c> or <c>prompt_id=extra.index</c>.</param>
    /// <exception cref="InvalidDataException">An option has no such form, or names no field of ours.</exception>
    public static FieldMap ForRollouts(IEnumerable<string> options) => Parse(options, RolloutNames);

    /// <summary>Reads the options for a rollout log whose texts are read too: <c>prompt</c> and <c>completion</c> beside the
    /// others.</summary>
    /// <param name="options">Texts such as <c>completion=answer</c>.</param>
    /// <exception cref="InvalidDataException">An option has no such form, or names no field of ours.</exception>
    public static FieldMap ForRolloutTexts(IEnumerable<string> options) => Parse(options, ["prompt", "completion", .. RolloutNames]);

    /// <summary>Reads the options for pairs of answers.</summary>
    /// <param name="options">Texts such as <c>gold=solution</c>.</param>
    /// <exception cref="InvalidDataException">An option has no such form, or names no field of ours.</exception>
    public static FieldMap ForAnswerPairs(IEnumerable<string> options) => Parse(options, AnswerPairNames);

    /// <summary>The user's name for our field, a dotted path where it lies deeper; null where it was not
    /// mapped.</summary>
    /// <param name="ours">Our name.</param>
    public string? this[string ours] => _theirs.GetValueOrDefault(ours);

    private static FieldMap Parse(IEnumerable<string> options, IReadOnlyList<string> names)
    {
        Dictionary<string, string> theirs = [];
        foreach (string option in options)
        {
            int sign = option.IndexOf('=', StringComparison.Ordinal);
            string ours = sign < 0 ? "" : option[..sign].Trim();
            string field = option[(sign + 1)..].Trim();
            if (ours.Length == 0 || field.Length == 0)
            {
                throw RecordError.In($"--field {RecordError.Quote(option)}", "expected OURS=THEIRS",
                    $"for instance --field {names[0]}=their_name");
            }

            if (!names.Contains(ours))
            {
                throw RecordError.In($"--field {RecordError.Quote(option)}",
                    $"no field '{ours}', expected one of {string.Join(", ", names)}",
                    $"did you mean {NearestName.Of(ours, names) ?? names[0]}={field}");
            }

            if (!theirs.TryAdd(ours, field))
            {
                throw RecordError.In($"--field {RecordError.Quote(option)}",
                    $"'{ours}' is already mapped to '{theirs[ours]}', expected each field once", "keep one of the two");
            }
        }

        return new FieldMap(theirs);
    }
}
