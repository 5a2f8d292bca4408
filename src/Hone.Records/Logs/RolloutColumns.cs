using System.Runtime.InteropServices;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs;

/// <summary>Gathers the rows of a log into columns, some 32 bytes a row, and 8 more for each measure that was asked for.</summary>
internal sealed class RolloutColumns
{
    // Step and count of a prompt's last rows: what numbers the samples of a log that does not.
    private readonly List<(int Step, int Count)> _groups = [];

    // An evaluation of a few batches may lie between a table and its repetition.
    private const int TablesBetween = 8;
    private readonly SparseColumn<double> _refLogProbs = new(double.NaN);
    private (UInt128 Session, int Turn) _lastTurn;
    private readonly List<LoggedTable> _tables = [];

    internal PromptTable Prompts { get; } = new();

    internal List<int> Steps { get; } = [];

    internal List<int> PromptNumbers { get; } = [];

    internal List<int> Samples { get; } = [];

    internal List<int> Tokens { get; } = [];

    internal List<double> LogProbs { get; } = [];

    internal List<double> Rewards { get; } = [];

    internal List<bool> Truncated { get; } = [];

    /// <summary>First row of each file.</summary>
    internal List<(LogFile File, int FirstRow)> Files { get; } = [];

    /// <summary>File and line of the first row without a finite reward or log-probability.</summary>
    internal string? FirstInvalid { get; private set; }

    /// <summary>Rows that were no training rollouts.</summary>
    internal int Foreign { get; private set; }

    /// <summary>Which columns make up the reward, in words; null where the format has one reward.</summary>
    internal string? RewardWords { get; private set; }

    /// <summary>Lines of the last file before those of the next stretch.</summary>
    internal int LinesBefore { get; private set; }

    /// <summary>What was noticed while reading.</summary>
    internal List<LogFinding> Findings { get; } = [];

    /// <summary>The log's own steps of tables that were left out: as logged before, or as evaluations.</summary>
    internal SortedSet<int> CoveredSteps { get; } = [];

    /// <summary>Whether all rows say which sample of their prompt they are.</summary>
    internal bool SamplesAreGiven { get; private set; } = true;

    internal int Count => Steps.Count;

    /// <summary>The reference model's log-probabilities; empty while no row has one.</summary>
    internal Span<double> RefLogProbs => _refLogProbs.Values;

    internal bool HasReference => _refLogProbs.HasAny;

    /// <summary>The measures that were asked for, and the verdicts.</summary>
    internal MeasureColumns Measures { get; init; } = new([]);

    /// <summary>Log-probabilities from beside the log; null for none.</summary>
    internal AddedLogprobs? Added { get; init; }

    /// <summary>Starts a file.</summary>
    internal void Begin(LogFile file)
    {
        Files.Add((file, Count));
        LinesBefore = 0;
        Added?.Begin(file);
    }

    /// <summary>Takes the rows of a stretch of the last file.</summary>
    /// <exception cref="InvalidDataException">A line of it could not be read.</exception>
    internal void Take(RowBlock block)
    {
        string path = Files[^1].File.Path;
        if (block.Problem is { } problem)
        {
            throw RecordError.At(path, LinesBefore + block.Lines, problem.Message, problem.Hint);
        }

        foreach ((UInt128 key, string id) in block.Ids)
        {
            Prompts.Name(key, id);
        }

        if (FirstInvalid is null && block.FirstInvalid > 0)
        {
            FirstInvalid = FormattableString.Invariant($"{path}:{LinesBefore + block.FirstInvalid}");
        }

        foreach (ref LoggedRow row in CollectionsMarshal.AsSpan(block.Rows))
        {
            Added?.Fill(ref row);
            Add(row);
        }

        LinesBefore += block.Lines;
        Foreign += block.Foreign;
        RewardWords ??= block.Rewards;
    }

    /// <summary>Takes out the tables of evaluations, where they can be told from training.</summary>
    internal void DropEvaluations()
    {
        int[] evaluations = [.. EvaluationTables.Among(_tables)];
        if (evaluations.Length == 0)
        {
            return;
        }

        bool[] isEvaluation = new bool[Count];
        foreach (int table in evaluations)
        {
            isEvaluation.AsSpan(_tables[table].FirstRow..(table + 1 < _tables.Count ? _tables[table + 1].FirstRow : Count)).Fill(true);
            CoveredSteps.Add(_tables[table].Step);
        }

        int dropped = Drop(row => isEvaluation[row]);
        Findings.Add(new LogFinding("evaluation_tables", FormattableString.Invariant(
            $"{evaluations.Length} of {_tables.Count} tables, the first of step {_tables[evaluations[0]].Step}, are evaluations by their ")
            + FormattableString.Invariant($"prompts, which come back at regular steps: their {dropped} rows were left out")));
    }

    /// <summary>Takes out the rows without a finite reward, and says how many they were.</summary>
    internal int DropWithoutReward()
    {
        // Nearly every log has a reward in every row.
        foreach (double reward in CollectionsMarshal.AsSpan(Rewards))
        {
            if (!double.IsFinite(reward))
            {
                return Drop(row => !double.IsFinite(Rewards[row]));
            }
        }

        return 0;
    }

    private int Drop(Predicate<int> isOut)
    {
        int kept = 0, file = 0;
        for (int i = 0; i < Count; i++)
        {
            for (; file < Files.Count && Files[file].FirstRow == i; file++)
            {
                Files[file] = (Files[file].File, kept);
            }

            if (isOut(i))
            {
                continue;
            }

            if (kept < i)
            {
                Move(Steps, i, kept);
                Move(PromptNumbers, i, kept);
                Move(Samples, i, kept);
                Move(Tokens, i, kept);
                Move(LogProbs, i, kept);
                Move(Rewards, i, kept);
                Move(Truncated, i, kept);
                _refLogProbs.Move(i, kept);
                Measures.Move(i, kept);
            }

            kept++;
        }

        for (; file < Files.Count; file++)
        {
            Files[file] = (Files[file].File, kept);
        }

        int dropped = Count - kept;
        CollectionsMarshal.SetCount(Steps, kept);
        CollectionsMarshal.SetCount(PromptNumbers, kept);
        CollectionsMarshal.SetCount(Samples, kept);
        CollectionsMarshal.SetCount(Tokens, kept);
        CollectionsMarshal.SetCount(LogProbs, kept);
        CollectionsMarshal.SetCount(Rewards, kept);
        CollectionsMarshal.SetCount(Truncated, kept);
        _refLogProbs.Cut(kept);
        Measures.Cut(kept);
        return dropped;
    }

    private static void Move<T>(List<T> column, int from, int to) => column[to] = column[from];

    private void Add(in LoggedRow row)
    {
        if (IsRepeatedTable(row) || IsAnotherTurn(row))
        {
            Foreign++;
            return;
        }

        int prompt = Prompts.Number(row.Prompt);
        int sample = row.Sample;
        if (sample < 0)
        {
            SamplesAreGiven = false;
            CollectionsMarshal.SetCount(_groups, Math.Max(_groups.Count, Prompts.Count));
            ref (int Step, int Count) group = ref CollectionsMarshal.AsSpan(_groups)[prompt];
            group = group.Step == row.Step ? (row.Step, group.Count + 1) : (row.Step, 1);
            sample = group.Count - 1;
        }

        Steps.Add(row.Step);
        PromptNumbers.Add(prompt);
        Samples.Add(sample);
        Tokens.Add(row.Tokens);
        LogProbs.Add(double.IsFinite(row.MeanLogprob) ? row.MeanLogprob : double.NaN);
        Rewards.Add(row.Reward);
        Truncated.Add(row.Truncated);
        SetSparse(row);
    }

    /// <summary>Whether a row is of a table that was logged at an earlier step, if with tables of an evaluation in between.</summary>
    private bool IsRepeatedTable(in LoggedRow row)
    {
        if (row.Table == 0)
        {
            return false;
        }

        for (int i = _tables.Count - 1; i >= Math.Max(0, _tables.Count - TablesBetween); i--)
        {
            if (_tables[i].Key == row.Table && _tables[i].Step != row.Step)
            {
                CoveredSteps.Add(row.Step);
                return true;
            }
        }

        bool goesOn = _tables.Count > 0 && _tables[^1].Key == row.Table;
        LoggedTable table = goesOn ? _tables[^1] : new LoggedTable(row.Table, row.Step, Count, 0);
        if (goesOn)
        {
            _tables.RemoveAt(_tables.Count - 1);
        }

        _tables.Add(table with { Prompts = table.Prompts + row.Prompt });
        return false;
    }

    /// <summary>Whether a row is of the last one's conversation; of the two the later turn stays.</summary>
    private bool IsAnotherTurn(in LoggedRow row)
    {
        if (row.Session == 0 || row.Session != _lastTurn.Session)
        {
            _lastTurn = (row.Session, row.Turn);
            return false;
        }

        if (row.Turn > _lastTurn.Turn)
        {
            _lastTurn.Turn = row.Turn;
            (Tokens[^1], Rewards[^1], Truncated[^1]) = (row.Tokens, row.Reward, row.Truncated);
            LogProbs[^1] = double.IsFinite(row.MeanLogprob) ? row.MeanLogprob : double.NaN;
            SetSparse(row);
        }

        return true;
    }

    // Of the last row.
    private void SetSparse(in LoggedRow row)
    {
        _refLogProbs.Set(Count - 1, row.RefMeanLogprob, double.IsFinite(row.RefMeanLogprob));
        Measures.Set(Count - 1, row);
    }
}
