using Hone.Records;

namespace Hone.Training.Rewards;

/// <summary>Makes rewards from the names in a configuration.</summary>
public static class RewardFactory
{
    /// <summary>Name of <see cref="NumericAnswerReward"/>.</summary>
    public const string NumericAnswer = "numeric_answer";

    /// <summary>Name of <see cref="ExactTextReward"/>.</summary>
    public const string ExactText = "exact_text";

    /// <summary>Name of <see cref="FormatReward"/>.</summary>
    public const string Format = "format";

    /// <summary>Name of <see cref="MathReward"/>.</summary>
    public const string Math = "math";

    /// <summary>Every valid name.</summary>
    public static IReadOnlyList<string> Names { get; } = [NumericAnswer, Math, ExactText, Format];

    /// <summary>The reward of this name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="order">How rewards that look for an answer do it; the reward's own order if null.</param>
    /// <returns>The reward.</returns>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the
    /// valid ones and offers the nearest.</exception>
    public static IReward Create(string name, IReadOnlyList<AnswerMethod>? order = null) => name switch
    {
        NumericAnswer => new NumericAnswerReward(order),
        Math => new MathReward(order),
        ExactText => new ExactTextReward(order),
        Format => new FormatReward(),
        _ => throw new ArgumentException(
            $"Reward '{name}' is unknown, expected one of {string.Join(", ", Names)}. "
            + $"Hint: did you mean {NearestName.Of(name, Names) ?? Names[0]}?"),
    };

    /// <summary>The weighted sum of the named rewards.</summary>
    /// <param name="weights">Weight by name, at least one.</param>
    /// <param name="order">How rewards that look for an answer do it; each reward's own order if null.</param>
    /// <returns>The reward.</returns>
    /// <exception cref="ArgumentException">There is none, a name is unknown, or a weight is not finite.</exception>
    public static WeightedReward Create(
        IEnumerable<KeyValuePair<string, double>> weights, IReadOnlyList<AnswerMethod>? order = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new WeightedReward(weights.Select(pair => new RewardComponent(Create(pair.Key, order), pair.Value)));
    }
}
