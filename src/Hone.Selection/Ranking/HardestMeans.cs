namespace Hone.Selection;

/// <summary>Means of the first n units' rewards, for several n at once, where units come hardest first and may count several
/// times or in part.</summary>
/// <param name="counts">(M) the n, ascending, each at least 1.</param>
/// <param name="means">(M) overwritten, each as soon as its n units are taken.</param>
internal ref struct HardestMeans(ReadOnlySpan<int> counts, Span<double> means)
{
    private readonly ReadOnlySpan<int> _counts = counts;
    private readonly Span<double> _means = means;
    private double _taken;
    private double _sum;
    private int _done;

    public readonly bool Full => _done == _counts.Length;

    /// <summary>Takes a unit; of each mean, what exceeds its n is left out.</summary>
    public void Take(double reward, double weight)
    {
        while (_done < _counts.Length && _taken + weight >= _counts[_done])
        {
            int n = _counts[_done];
            _means[_done] = (_sum + ((n - _taken) * reward)) / n;
            _done++;
        }

        _taken += weight;
        _sum += weight * reward;
    }

    /// <summary>Fewer than n units in all give the mean of those.</summary>
    public void Finish()
    {
        for (; _done < _counts.Length; _done++)
        {
            _means[_done] = _sum / _taken;
        }
    }
}
