using Hone.Records.DataSets;
using Hone.Records.Exporting;
using Hone.Selection;

namespace Hone.Cli.Selections;

/// <summary>Where selected rows go, and in whose format.</summary>
/// <param name="Output">The file of the kept rows.</param>
/// <param name="Control">The file of as many random rows; null where none are wanted.</param>
/// <param name="Trainer">Whose format; null for rows as they were read.</param>
internal sealed record SelectionFiles(string Output, string? Control, Trainer? Trainer)
{
    private const string Parquet = ".parquet";

    public static SelectionFiles Of(
        string output, string? control, string? trainer, PromptSelectionOptions options, params (string Option, string Path)[] inputs)
    {
        SameFile.RequireOther("--out", output, inputs);
        SameFile.RequireOther("--control", control, [("--out", output), .. inputs]);
        if (control is not null && options.Rule == SelectionRule.Random)
        {
            throw new UsageException(
                "--control with --by random: both would be the same random rows. Hint: leave --control out, or choose --by fuzzy.");
        }

        if (trainer is not null)
        {
            CheckEnding("--out", output, trainer);
            CheckEnding("--control", control ?? output, trainer);
        }

        return new SelectionFiles(output, control, trainer is null ? null : TrainerNames.Parse(trainer));
    }

    /// <summary>Writes one set of rows, whole or not at all.</summary>
    public void Write(string path, DataSet set, Selected selected)
    {
        if (Trainer is Trainer trainer)
        {
            TrainerExport.Write(path, trainer, set, selected.Kept);
        }
        else if (path.EndsWith(Parquet, StringComparison.Ordinal))
        {
            SelectedParquet.Write(path, set, selected.Kept);
        }
        else
        {
            SelectedRow.Write(path, selected.Kept);
        }
    }

    // Every trainer tells a file's format by its ending, and none knows .gz.
    private static void CheckEnding(string option, string path, string trainer)
    {
        if (!path.EndsWith(".jsonl", StringComparison.Ordinal) && !path.EndsWith(Parquet, StringComparison.Ordinal))
        {
            throw new UsageException(
                $"{option} {path}: {trainer} tells a file's format by its ending, expected .jsonl or .parquet. Hint: {option} kept.jsonl");
        }
    }
}
