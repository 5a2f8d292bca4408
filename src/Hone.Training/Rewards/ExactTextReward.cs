namespace Hone.Training.Rewards;

/// <summary>1 if the extracted answer is the gold text but for white space, else 0.</summary>
/// <remarks>By default the answer is what stands in the tag, the box or after the
/// hashes, else the whole completion.</remarks>
/// <param name="order">Extraction methods; null for the default.</param>
public sealed class ExactTextReward(IReadOnlyList<AnswerMethod>? order = null) : IAnswerReward
{
    private static readonly IReadOnlyList<AnswerMethod> TextOrder =
        [AnswerMethod.AnswerTag, AnswerMethod.Boxed, AnswerMethod.Hashes, AnswerMethod.WholeText];

    private readonly IReadOnlyList<AnswerMethod> _order = order ?? TextOrder;

    /// <inheritdoc/>
    public string Name => RewardFactory.ExactText;

    /// <inheritdoc/>
    public double Score(in RewardInput input) => ExactText.Equal(input.Answer, Extract(input).Text) ? 1.0 : 0.0;

    /// <inheritdoc/>
    public ExtractedAnswer Extract(in RewardInput input) =>
        AnswerExtraction.Find(input.Completion, input.Prompt, _order);
}
