using System.Globalization;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>A sweep for people.</summary>
internal static class SweepOutput
{
    private const int WindowsAcross = 5;

    /// <summary>Prints the grids and what they come to.</summary>
    public static void Print(CommandContext context, SweptRun run)
    {
        SweepResult result = run.Result;
        context.Print($"pick by hardest percent (down) and window in steps (across), with its probability of being best");
        PrintGrid(context, result, (cell, _) => cell.Pick is int pick ? $"{pick} ({Two(cell.ProbabilityBest)})" : "-");
        context.Print($"stability of the ranking, by split halves; * within noise of the best");
        PrintGrid(context, result, (cell, i) => cell.Stability is { } stability
            ? $"{Two(stability.Value)}{(result.Recommended.WithinNoise.Contains(i) ? " *" : "  ")}" : "-");
        if (run.HeldOut is { Checkpoints: > 0 } held)
        {
            context.Print($"rank correlation with held-out values at {held.Checkpoints} checkpoints, and the value at the pick (best: {Tables.Share(held.Best)})");
            PrintGrid(context, result, (_, i) => $"{Two(held.Cells[i].Correlation)}, {Tables.Share(held.Cells[i].PickValue)}");
        }

        foreach (RankingWarning warning in run.Warnings)
        {
            context.Warn($"{warning.Message}");
        }

        if (result.ModalPick is not int modal)
        {
            return;
        }

        SweepCell[] preferring = [.. result.Cells.Where(cell => cell.Prefers)];
        int indifferent = result.Cells.Count - preferring.Length;
        context.Print(result.PickAgreement is null
            ? $"agreement: -, for {(preferring.Length == 0 ? "no cell prefers a checkpoint" : "one cell alone prefers a checkpoint")}; step {modal} is picked"
            : (FormattableString)$"agreement: {preferring.Count(cell => cell.Pick == modal)} of {preferring.Length} cells pick step {modal}{(indifferent > 0 ? $" ({indifferent} prefer none)" : "")}; mean rank correlation of their curves {Two(result.MeanCorrelation)}");
        WrappedText.Print(context, "stability: ", run.Advice);
        if (run.HeldOut is not null)
        {
            WrappedText.Print(context, "held out: ", run.HeldOutAdvice);
        }

        if (run.Modal is { Path.Length: > 0 } found)
        {
            context.Print($"path: {found.Path}");
        }
    }

    private static void PrintGrid(CommandContext context, SweepResult result, Func<SweepCell, int, string> text)
    {
        int percents = result.HardestPercents.Count;
        foreach (int[] windows in Enumerable.Range(0, result.WindowSteps.Count).Chunk(WindowsAcross))
        {
            Table table = Tables.New(["%", .. windows.Select(w => result.WindowSteps[w].ToString(CultureInfo.InvariantCulture))]);
            for (int p = 0; p < percents; p++)
            {
                table.AddRow(
                [
                    result.HardestPercents[p].ToString("G6", CultureInfo.InvariantCulture),
                    .. windows.Select(w => text(result.Cell(w, p), (w * percents) + p)),
                ]);
            }

            Tables.Print(context, table);
        }
    }

    private static string Two(double? value) => value is double number ? number.ToString("F2", CultureInfo.InvariantCulture) : "-";
}
