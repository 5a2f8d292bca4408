using Hone.Cli.Running;
using Hone.Records.DataSets;
using Hone.Training.Evaluation;

namespace Hone.Cli.Evaluations;

/// <summary>A data set, made ready for a model.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Data">The whole set.</param>
/// <param name="Rows">The prompts that fit the model.</param>
/// <param name="Options">How it is evaluated.</param>
internal sealed record EvaluatedSet(string Name, DataSet Data, IReadOnlyList<DataRow> Rows, EvaluationOptions Options)
{
    /// <summary>Prompts that do not fit the model and are left out.</summary>
    public int TooLong => Data.Rows.Count - Rows.Count;

    /// <summary>Leaves out what does not fit.</summary>
    /// <exception cref="InvalidDataException">No prompt fits.</exception>
    public static EvaluatedSet Of(NamedData data, RunningModel running, EvaluationOptions options)
    {
        bool[] fit = running.Text.Fit([.. data.Data.Rows.Select(options.PromptText)]);
        DataRow[] rows = [.. data.Data.Rows.Where((_, i) => fit[i])];
        return rows.Length > 0
            ? new EvaluatedSet(data.Name, data.Data, rows, options)
            : throw new InvalidDataException(
                $"{data.Data.Path}: no prompt fits {running.Positions}. Hint: use a longer context.");
    }
}

/// <summary>What was found on a data set.</summary>
internal sealed record SetResult(EvaluatedSet Set, EvaluationResult Result);
