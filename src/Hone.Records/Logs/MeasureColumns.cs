namespace Hone.Records.Logs;

/// <summary>The measures that were asked for, a column of 8 bytes a row each; and what a log says of right and wrong.</summary>
internal sealed class MeasureColumns
{
    [Flags]
    private enum Verdict : byte
    {
        None = 0, Correct = 1, Wrong = 2, FormatOk = 4, FormatBad = 8,
    }

    private readonly (UncertaintyMeasure Measure, SparseColumn<double> Column)[] _kept;
    private readonly SparseColumn<Verdict> _verdicts = new(Verdict.None);

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

    internal bool? Correct(int row) => Said(row, Verdict.Correct, Verdict.Wrong);

    internal bool? FormatOk(int row) => Said(row, Verdict.FormatOk, Verdict.FormatBad);

    /// <summary>Takes what a row says, the next one or a known one.</summary>
    internal void Set(int row, in LoggedRow from)
    {
        Verdict verdict = Of(from.Correct, Verdict.Correct, Verdict.Wrong) | Of(from.FormatOk, Verdict.FormatOk, Verdict.FormatBad);
        _verdicts.Set(row, verdict, verdict != Verdict.None);
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

    private static Verdict Of(bool? said, Verdict yes, Verdict no) => said switch { true => yes, false => no, null => Verdict.None };

    private bool? Said(int row, Verdict yes, Verdict no)
    {
        Verdict verdict = _verdicts[row];
        return (verdict & yes) != 0 ? true : (verdict & no) != 0 ? false : null;
    }
}
