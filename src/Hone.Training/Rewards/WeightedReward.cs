using System.Globalization;

namespace Hone.Training.Rewards;

/// <summary>A reward and its weight in the sum.</summary>
/// <param name="Reward">The rule.</param>
/// <param name="Weight">Finite; negative for a penalty.</param>
public readonly record struct RewardComponent(IReward Reward, double Weight);

/// <summary>The weighted sum of several rewards.</summary>
public sealed class WeightedReward : IReward
{
    private readonly RewardComponent[] _components;
    private readonly IAnswerReward _correctness;
    private readonly FormatReward _format;

    /// <summary>Puts the sum together.</summary>
    /// <remarks>The first <see cref="IAnswerReward"/> decides what counts as correct, the first
    /// <see cref="FormatReward"/> what counts as well formed. Where there is none, a default one is asked, unpaid, so
    /// that both are always on record.</remarks>
    /// <param name="components">At least one, names all different.</param>
    /// <exception cref="ArgumentException">There is no component, a name occurs twice,
    /// or a weight is not finite.</exception>
    public WeightedReward(IEnumerable<RewardComponent> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        _components = [.. components];
        if (_components.Length == 0)
        {
            throw new ArgumentException("No rewards, expected at least one. Hint: numeric_answer with weight 1.");
        }

        HashSet<string> names = [];
        foreach ((IReward reward, double weight) in _components)
        {
            if (!names.Add(reward.Name))
            {
                throw new ArgumentException($"Reward '{reward.Name}' is given twice, expected each name once.");
            }

            if (!double.IsFinite(weight))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Reward '{reward.Name}' has weight {weight}, expected a finite number."));
            }
        }

        IReward[] rewards = [.. _components.Select(component => component.Reward)];
        _correctness = rewards.OfType<IAnswerReward>().FirstOrDefault() ?? new NumericAnswerReward();
        _format = rewards.OfType<FormatReward>().FirstOrDefault() ?? new FormatReward();
    }

    /// <inheritdoc/>
    public string Name => "weighted";

    /// <summary>The rewards and weights, in the order given.</summary>
    public IReadOnlyList<RewardComponent> Components => _components;

    /// <summary>What decides whether an answer counts as right.</summary>
    public IAnswerReward Correctness => _correctness;

    /// <inheritdoc/>
    public double Score(in RewardInput input) => Judge(input).Total;

    /// <summary>Scores a completion and says why.</summary>
    /// <param name="input">The completion and its prompt.</param>
    /// <returns>The sum, its parts and the verdicts.</returns>
    /// <exception cref="InvalidOperationException">A component returned a score that is not finite.</exception>
    public RewardVerdict Judge(in RewardInput input)
    {
        OrderedDictionary<string, double> scores = new(_components.Length);
        double total = 0.0;
        foreach ((IReward reward, double weight) in _components)
        {
            double score = reward.Score(input);
            if (!double.IsFinite(score))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture, $"Reward '{reward.Name}' scored {score}, expected a finite number."));
            }

            scores.Add(reward.Name, score);
            total += weight * score;
        }

        return new RewardVerdict(
            total,
            scores,
            Correct: _correctness.Score(input) == 1.0,
            FormatOk: _format.Score(input) == 1.0,
            _correctness.Extract(input));
    }
}
