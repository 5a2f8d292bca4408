using Hone.Inference;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;

namespace Hone.Training.Evaluation;

/// <summary>
/// Evaluates the policy of a run on held-out prompts every few updates. Its random streams are functions of its own seed,
/// the prompt and the sample, so that training goes the same way with it and without.
/// </summary>
/// <param name="model">The policy, as it stands when it is asked.</param>
/// <param name="name">Name of the held-out set.</param>
/// <param name="rows">Its prompts; every one has an answer, and fits the model.</param>
/// <param name="options">Samples, limits, reward, seed.</param>
/// <param name="every">Updates between two evaluations, at least 1.</param>
public sealed class HeldOutEvaluation(
    ITextModel model, string name, IReadOnlyList<DataRow> rows, EvaluationOptions options, int every)
{
    /// <summary>Told how many completions of an evaluation are done, and of how many.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Whether there is one after this many updates: before the first, every few, and after the last.</summary>
    /// <param name="step">Updates made.</param>
    /// <param name="lastStep">Updates of the whole run.</param>
    public bool IsDue(int step, int lastStep) => step % every == 0 || step == lastStep;

    /// <summary>Evaluates the policy as it is now.</summary>
    /// <param name="step">Updates made.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public EvalLine Evaluate(int step, CancellationToken cancel = default)
    {
        int done = 0, total = rows.Count * options.Samples;
        EvaluationResult result = Evaluator.Evaluate(model, rows, options, _ => Progress?.Invoke(++done, total), cancel);
        return new EvalLine(step, name, result.Accuracy, result.Low, result.High, result.Prompts, result.Samples);
    }
}
