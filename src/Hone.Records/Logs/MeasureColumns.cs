namespace Hone.Records.Logs;

/// <summary>The measures that were asked for, a column of 8 bytes a row each; and what a log says of right and wrong.</summary>
internal sealed class MeasureColumns
{
    private readonly (UncertaintyMeasure Measure, SparseColumn<double> Column)[] _kept;
    private readonly SparseColumn<AnswerVerdict> _verdicts = new(AnswerVerdict.None);

    internal MeasureColumns(IEnumerable<UncertaintyMeasure> kept) => _kept =
        [.. kept.Where(IsOwnColumn).Distinct().Select(measure => (measure, new SparseColumn<double>(double.NaN)))];

    /// <summary>Whether a measure is a column of its own, and not one that every log is read with.</summary>
    internal static bool IsOwnColumn(UncertaintyMeasure measure) =>
        measure is not (UncertaintyMeasure.Anll or UncertaintyMeasure.Reference or UncertaintyMeasure.Length);

    /// <summary>The column of a measure; null where it was not asked for.</summary>
    internal SparseColumn<double>? this[UncertaintyMeasure measure]
    {
        get
        {
            foreach ((UncertaintyMeasure kept, SparseColumn<double> column) in _kept)
            {
                if (kept == measure)
                {
                    return column;
                }
            }

            return null;
        }
    }

    /// <summary>A verdict for every row; empty where no row has one.</summary>
    internal ReadOnlySpan<AnswerVerdict> Verdicts => _verdicts.Values;

    /// <summary>Takes what a row says, the next one or a known one.</summary>
    internal void Set(int row, in LoggedRow from)
    {
        _verdicts.Set(row, from.Verdict, from.Verdict != AnswerVerdict.None);
        foreach ((UncertaintyMeasure measure, SparseColumn<double> column) in _kept)
        {
            double value = Value(measure, from);
            column.Set(row, value, double.IsFinite(value));
        }
    }

    internal void Move(int from, int to)
    {
        _verdicts.Move(from, to);
        foreach ((_, SparseColumn<double> column) in _kept)
        {
            column.Move(from, to);
        }
    }

    internal void Cut(int count)
    {
        _verdicts.Cut(count);
        foreach ((_, SparseColumn<double> column) in _kept)
        {
            column.Cut(count);
        }
    }

    private static double Value(UncertaintyMeasure measure, in LoggedRow row) => measure switch
    {
        UncertaintyMeasure.Sum when double.IsFinite(row.SumLogprob) => -row.SumLogprob,
        UncertaintyMeasure.Sum => row.Tokens > 0 ? -row.MeanLogprob * row.Tokens : double.NaN,
        UncertaintyMeasure.Entropy => row.MeanEntropy,
        UncertaintyMeasure.Min => -row.MinLogprob,
        UncertaintyMeasure.Tail => -row.TailLogprob,
        UncertaintyMeasure.SelfCertainty => -row.SelfCertainty,
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "no column of its own"),
    };
}
