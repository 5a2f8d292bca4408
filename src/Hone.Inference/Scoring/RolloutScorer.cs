using Hone.Records.Logs.Texts;

namespace Hone.Inference.Scoring;

/// <summary>
/// Scores completions that somebody else sampled, by teacher forcing: the log-probability of each of the completion's tokens behind
/// its prompt, at temperature 1. Prompt and completion stand together as the log has them, so what the trainer left out of its text,
/// such as special tokens and the end token, is left out here. A token on the seam counts as the completion's.
/// </summary>
public static class RolloutScorer
{
    /// <summary>Scores some completions.</summary>
    /// <param name="model">Who scores.</param>
    /// <param name="texts">The completions.</param>
    /// <param name="scored">Told of each completion as soon as it is there, in whatever order: its natural log-probabilities, or null
    /// where the text does not fit the model.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static void Score(
        ITextModel model, IReadOnlyList<RolloutText> texts, Action<RolloutText, float[]?> scored, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(scored);
        ScoringRequest[] requests = [.. texts.Select(text => new ScoringRequest(text.Prompt + text.Completion, text.Prompt.Length))];
        model.Score(requests, (i, score) => scored(texts[i], score?.LogProbs), cancel);
    }
}
