using Hone.Training.Rewards.Verification;

namespace Hone.Training.Rewards;

/// <summary>1 if the extracted answer is the same mathematics as the gold one, else 0.</summary>
/// <remarks>Extraction: <see cref="AnswerExtraction"/>. Comparison: <see cref="MathEquality"/>. A gold answer may be a whole
/// solution that marks its answer with a tag, a box or hashes.</remarks>
/// <param name="order">Extraction methods; <see cref="AnswerExtraction.MathOrder"/> if null.</param>
public sealed class MathReward(IReadOnlyList<AnswerMethod>? order = null) : IAnswerReward
{
    private static readonly IReadOnlyList<AnswerMethod> GoldOrder =
        [AnswerMethod.AnswerTag, AnswerMethod.Boxed, AnswerMethod.Hashes, AnswerMethod.WholeText];

    private readonly IReadOnlyList<AnswerMethod> _order = order ?? AnswerExtraction.MathOrder;

    /// <inheritdoc/>
    public string Name => RewardFactory.Math;

    /// <inheritdoc/>
    public double Score(in RewardInput input)
    {
        string? gold = input.Answer is null ? null : AnswerExtraction.Find(input.Answer, order: GoldOrder).Text;
        return MathEquality.Equal(gold, Extract(input).Text) ? 1.0 : 0.0;
    }

    /// <inheritdoc/>
    public ExtractedAnswer Extract(in RewardInput input) =>
        AnswerExtraction.Find(input.Completion, input.Prompt, _order);
}
