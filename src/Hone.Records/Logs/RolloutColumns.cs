using System.Runtime.InteropServices;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Logs;

/// <summary>Gathers the rows of a log into columns, some 32 bytes a row.</summary>
internal sealed class RolloutColumns
{
    // Step and count of a prompt's last rows: what numbers the samples of a log that does not.
    private readonly List<(int Step, int Count)> _groups = [];
    private List<double>? _refLogProbs;
    private int _linesBefore;

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

    internal int Count => Steps.Count;

    /// <summary>The reference model's log-probabilities; null while no row has one.</summary>
    internal Span<double> RefLogProbs => CollectionsMarshal.AsSpan(_refLogProbs);

    internal bool HasReference => _refLogProbs is not null;

    /// <summary>Log-probabilities from beside the log; null for none.</summary>
    internal AddedLogprobs? Added { get; init; }

    /// <summary>Starts a file.</summary>
    internal void Begin(LogFile file)
    {
        Files.Add((file, Count));
        _linesBefore = 0;
        Added?.Begin(file);
    }

    /// <summary>Takes the rows of a stretch of the last file.</summary>
    /// <exception cref="InvalidDataException">A line of it could not be read.</exception>
    internal void Take(RowBlock block)
    {
        string path = Files[^1].File.Path;
        if (block.Problem is { } problem)
        {
            throw RecordError.At(path, _linesBefore + block.Lines, problem.Message, problem.Hint);
        }

        foreach ((UInt128 key, string id) in block.Ids)
        {
            Prompts.Name(key, id);
        }

        if (FirstInvalid is null && block.FirstInvalid > 0)
        {
            FirstInvalid = FormattableString.Invariant($"{path}:{_linesBefore + block.FirstInvalid}");
        }

        foreach (ref LoggedRow row in CollectionsMarshal.AsSpan(block.Rows))
        {
            Added?.Fill(ref row);
            Add(row);
        }

        _linesBefore += block.Lines;
        Foreign += block.Foreign;
    }

    /// <summary>Takes out the rows without a finite reward, and says how many they were.</summary>
    internal int DropWithoutReward()
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!double.IsFinite(Rewards[i]))
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
                Move(_refLogProbs, i, kept);
            }

            kept++;
        }

        int dropped = Count - kept;
        CollectionsMarshal.SetCount(Steps, kept);
        CollectionsMarshal.SetCount(PromptNumbers, kept);
        CollectionsMarshal.SetCount(Samples, kept);
        CollectionsMarshal.SetCount(Tokens, kept);
        CollectionsMarshal.SetCount(LogProbs, kept);
        CollectionsMarshal.SetCount(Rewards, kept);
        CollectionsMarshal.SetCount(Truncated, kept);
        if (_refLogProbs is not null)
        {
            CollectionsMarshal.SetCount(_refLogProbs, kept);
        }

        return dropped;
    }

    private static void Move<T>(List<T>? column, int from, int to)
    {
        if (column is not null)
        {
            column[to] = column[from];
        }
    }

    private void Add(in LoggedRow row)
    {
        int prompt = Prompts.Number(row.Prompt);
        int sample = row.Sample;
        if (sample < 0)
        {
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
        if (double.IsFinite(row.RefMeanLogprob))
        {
            if (_refLogProbs is null)
            {
                _refLogProbs = [];
                CollectionsMarshal.SetCount(_refLogProbs, Count - 1);
                CollectionsMarshal.AsSpan(_refLogProbs).Fill(double.NaN);
            }

            _refLogProbs.Add(row.RefMeanLogprob);
        }
        else
        {
            _refLogProbs?.Add(double.NaN);
        }
    }
}
