using System.Globalization;
using System.Text;
using Hone.Records.Parquet;

namespace Hone.Records.Logs.Importers;

/// <summary>One of TRL's tables of completions.</summary>
internal sealed class TrlTable(LogFile file, TableColumns names)
{
    private readonly List<string> _chosen = [];
    private UInt128 _content;

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or lacks a column.</exception>
    internal RowBlock Read()
    {
        IReadOnlyList<ParquetColumn> columns = ParquetReader.Columns(file.Path);
        string[] all = [.. columns.Select(column => column.Name)];
        string[] rewards = [.. Rewards(columns)];
        var block = new RowBlock();
        try
        {
            names.Check(all, rewards);
        }
        catch (RowException problem)
        {
            throw RecordError.In(file.Path, problem.Message, problem.Hint);
        }

        int step = Choose(all, names.Step), completion = Choose(all, "completion");
        int prompt = Choose(all, all.Contains(names.Prompt) ? names.Prompt : "prompt");
        int? mean = Optional(all, names.MeanLogprob), reference = Optional(all, names.RefMeanLogprob);
        int? truncated = Optional(all, names.Truncated);
        int[] parts = [.. rewards.Select(name => Choose(all, name))];
        using var reader = ParquetReader.Open(file.Path, _chosen);
        while (reader.ReadChunk())
        {
            double[][] values = [.. parts.Select(part => Numbers(reader, part).ToArray())];
            ReadOnlySpan<double> steps = Numbers(reader, step);
            ReadOnlySpan<double> means = mean is int m ? Numbers(reader, m) : [];
            ReadOnlySpan<double> references = reference is int r ? Numbers(reader, r) : [];
            for (int i = 0; i < reader.Count; i++)
            {
                block.Lines++;
                var row = new LoggedRow
                {
                    Step = Whole(steps[i], block.Lines),
                    Prompt = Prompt(reader, prompt, i, block),
                    Reward = names.Total(rewards, values, i),
                    MeanLogprob = means.IsEmpty ? double.NaN : means[i],
                    RefMeanLogprob = references.IsEmpty ? double.NaN : references[i],
                    Truncated = truncated is int t && IsSet(reader, t, i),
                };
                UInt128 reward = BitConverter.DoubleToUInt64Bits(row.Reward);
                _content = PromptKey.Of(_content, PromptKey.Of(row.Prompt, PromptKey.Of(PromptKey.Of(reader.Utf8(completion, i)), reward)));
                try
                {
                    block.Add(row, mean is not null);
                }
                catch (RowException problem)
                {
                    throw RecordError.At(file.Path, block.Lines, problem.Message, problem.Hint);
                }
            }
        }

        foreach (ref LoggedRow row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(block.Rows))
        {
            row.Table = _content;
        }

        block.Rewards = rewards.Length > 1 ? names.InWords(rewards) : null;
        return block;
    }

    private IEnumerable<string> Rewards(IReadOnlyList<ParquetColumn> columns)
    {
        bool between = false;
        foreach (ParquetColumn column in columns)
        {
            between = column.Name == "completion" || (between && column.Name != "advantage");
            bool named = names.Reward is not null && column.Name == names.Reward;
            if (named || (between && column.Kind == ParquetKind.Real && names.IsReward(column.Name)))
            {
                yield return column.Name;
            }
        }
    }

    private int Choose(string[] all, string name)
    {
        if (!all.Contains(name))
        {
            throw RecordError.In(file.Path, $"has no column '{name}'; the columns are {RecordError.List(all)}",
                "read the rows as they are with --format parquet and --field OURS=THEIRS");
        }

        _chosen.Add(name);
        return _chosen.Count - 1;
    }

    private int? Optional(string[] all, string name) => all.Contains(name) ? Choose(all, name) : null;

    private ReadOnlySpan<double> Numbers(ParquetReader reader, int column) => reader.Kind(column) is ParquetKind.Real or ParquetKind.Whole
        ? reader.Doubles(column)
        : throw RecordError.In(file.Path, $"column '{_chosen[column]}' is of kind {reader.Kind(column)}, expected numbers",
            "name another column with --field OURS=THEIRS");

    private UInt128 Prompt(ParquetReader reader, int column, int row, RowBlock block) => reader.Kind(column) switch
    {
        ParquetKind.Whole => block.Id(Encoding.UTF8.GetBytes(reader.Longs(column)[row].ToString(CultureInfo.InvariantCulture))),
        ParquetKind.Text or ParquetKind.Other => PromptKey.Of(reader.Utf8(column, row)),
        _ => throw RecordError.In(file.Path, $"column '{_chosen[column]}' is of kind {reader.Kind(column)}, expected text or whole numbers",
            "name another column with --field prompt_id=THEIR_COLUMN"),
    };

    private static bool IsSet(ParquetReader reader, int column, int row) => reader.Kind(column) switch
    {
        ParquetKind.Flag => reader.Flag(column, row),
        ParquetKind.Whole or ParquetKind.Real => reader.Doubles(column)[row] > 0,
        _ => false,
    };

    private int Whole(double step, int row) => step == Math.Floor(step) && Math.Abs(step) < int.MaxValue
        ? (int)step
        : throw RecordError.At(file.Path, row,
            $"field '{names.Step}' is {step.ToString(CultureInfo.InvariantCulture)}, expected a whole number", "correct or remove this row");
}
