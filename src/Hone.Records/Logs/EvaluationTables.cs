namespace Hone.Records.Logs;

/// <summary>
/// Tells tables of an evaluation from those of training by their prompts, which are the same each time. Training comes back to its
/// prompts too, in the next epoch, so the times have to be right: either each is a second table at its step, or each takes the place
/// of the training table at every so many steps, and no other table's prompts come back.
/// </summary>
internal static class EvaluationTables
{
    /// <summary>Indices of the evaluations, in order; none where they cannot be told.</summary>
    internal static IEnumerable<int> Among(IReadOnlyList<LoggedTable> tables)
    {
        int[] seconds = [.. Enumerable.Range(1, Math.Max(0, tables.Count - 1)).Where(i => tables[i].Step == tables[i - 1].Step)];
        if (seconds.Length > 0)
        {
            UInt128[][] sets = [.. seconds.GroupBy(i => tables[i].Step).Select(step => step.Select(i => tables[i].Prompts).ToArray())];
            return sets.Length > 1 && sets.All(set => set.SequenceEqual(sets[0])) ? seconds : [];
        }

        IGrouping<UInt128, int>[] returning =
            [.. Enumerable.Range(0, tables.Count).GroupBy(i => tables[i].Prompts).Where(set => set.Count() > 1)];
        if (returning is not [var only])
        {
            return [];
        }

        int[] steps = [.. only.Select(i => tables[i].Step)];
        int pace = steps[1] - steps[0];
        bool isRegular = steps.Zip(steps.Skip(1), (a, b) => b - a).All(gap => gap == pace) && pace > 1 && steps[0] % pace == 0;
        return isRegular && 2 * steps.Length <= tables.Count ? only : [];
    }
}
