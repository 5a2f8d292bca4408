namespace Hone.Training.Rewards;

/// <summary>1 if the extracted answer is the same number as the gold one, else 0.</summary>
/// <remarks>Extraction: <see cref="AnswerExtraction"/>. Comparison: <see cref="NumericEquality"/>. A truncated
/// completion is paid like any other; whoever wants to mask it does so in the trainer
/// (DAPO, arXiv 2503.14476, section 3.4).</remarks>
/// <param name="order">Extraction methods; <see cref="AnswerExtraction.DefaultOrder"/> if null.</param>
public sealed class NumericAnswerReward(IReadOnlyList<AnswerMethod>? order = null) : IAnswerReward
{
    /// <inheritdoc/>
    public string Name => RewardFactory.NumericAnswer;

    /// <inheritdoc/>
    public double Score(in RewardInput input) => NumericEquality.Equal(input.Answer, Extract(input).Text) ? 1.0 : 0.0;

    /// <inheritdoc/>
    public ExtractedAnswer Extract(in RewardInput input) =>
        AnswerExtraction.Find(input.Completion, input.Prompt, order);
}
