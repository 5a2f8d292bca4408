using System.Diagnostics;
using Hone.Dashboard.Runs;
using Hone.Records.Lines;
using Hone.Records.RunFolders;

namespace Hone.Dashboard.Samples;

/// <summary>One rollout of a page.</summary>
/// <param name="Row">Its numbers.</param>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Texts">Its texts; null where they cannot be read (any more), or were searched and do not hold what was looked
/// for.</param>
internal sealed record Sample(RolloutRow Row, string PromptId, ShownTexts? Texts)
{
    /// <summary>Texts and what else its line says.</summary>
    public RolloutDetail? Detail => Texts?.Detail;
}

/// <summary>A page of rollouts, whose texts are read from the disk for it alone.</summary>
/// <param name="Samples">The rollouts.</param>
/// <param name="Total">Rollouts that the numbers of the query leave, whatever their text.</param>
/// <param name="Next">What to skip for the next page; null behind the last.</param>
/// <param name="Searched">With a text to find: how many of the total were looked at so far; else null.</param>
internal sealed record SamplePage(IReadOnlyList<Sample> Samples, int Total, int? Next, int? Searched)
{
    // A search hands over what it has after this long; the next request goes on from there.
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(1.5);
    private const int BatchRows = 1024;

    /// <summary>Reads a page.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public static SamplePage Of(
        SampleQuery query, SampleSelection selection, RunRollouts rollouts, ContainedFolder root, CancellationToken cancel)
    {
        RolloutTable table = rollouts.Table;
        TableView view = table.View;
        ulong[] rows = selection.Rows(query, table, view);
        int skip = Math.Min(query.Skip, rows.Length);
        if (query.Text is null)
        {
            int end = (int)Math.Min((long)skip + query.Size, rows.Length);
            IReadOnlyList<Sample> page = Read(rows.AsSpan(skip, end - skip), table, view, root, rollouts.HasTexts, null, cancel);
            return new SamplePage(page, rows.Length, end < rows.Length ? end : null, null);
        }

        var search = new TextSearch(query.Text);
        List<Sample> found = [];
        long start = Stopwatch.GetTimestamp();
        int at = skip;
        while (at < rows.Length && found.Count < query.Size && Stopwatch.GetElapsedTime(start) < SearchTime)
        {
            int count = Math.Min(BatchRows, rows.Length - at);
            foreach (Sample sample in Read(rows.AsSpan(at, count), table, view, root, rollouts.HasTexts, search, cancel))
            {
                at++;
                if (sample.Texts is not null)
                {
                    found.Add(sample);
                    if (found.Count == query.Size)
                    {
                        break;
                    }
                }
            }
        }

        return new SamplePage(found, rows.Length, at < rows.Length ? at : null, at);
    }

    private static Sample[] Read(
        ReadOnlySpan<ulong> keys, RolloutTable table, TableView view, ContainedFolder root, bool hasTexts, TextSearch? search,
        CancellationToken cancel)
    {
        var rows = new RolloutRow[keys.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = view[(int)(uint)keys[i]];
        }

        string[] prompts = table.PromptIds(rows.Select(row => row.Prompt));
        var details = new ShownTexts?[rows.Length];
        foreach (IGrouping<int, int> file in hasTexts ? Enumerable.Range(0, rows.Length).GroupBy(i => rows[i].File) : [])
        {
            int[] order = [.. file.OrderBy(i => rows[i].Offset)];
            ReadFile(view.Files[file.Key], rows, order, details, root, search, cancel);
        }

        return [.. rows.Select((row, i) => new Sample(row, prompts[i], details[i]))];
    }

    // A file may be gone or another by now; then its rows stand without text until the next look. A search reads the texts of
    // those rows alone that may hold it.
    private static void ReadFile(
        string path, RolloutRow[] rows, int[] order, ShownTexts?[] details, ContainedFolder root, TextSearch? search, CancellationToken cancel)
    {
        try
        {
            if (root.Holds(path))
            {
                LineTail.ReadAt(path, [.. order.Select(i => (rows[i].Offset, rows[i].Length))], (i, line) =>
                    details[order[i]] = search?.MayBeIn(line) != false
                        && RolloutNumbers.TryRead(line, out RolloutNumbers numbers, out _) && numbers.Step == rows[order[i]].Step
                        && RolloutDetail.Read(line) is { } detail && search?.IsIn(detail) != false
                        ? ShownTexts.Of(detail)
                        : null, cancel);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Debug.WriteLine(error.Message);
        }
    }
}
