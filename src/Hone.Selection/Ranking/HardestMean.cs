namespace Hone.Selection;

/// <summary>Mean of the first n units' rewards, where units come hardest first and may count several times.</summary>
internal struct HardestMean(int n)
{
    private double _left = n;
    private double _sum;

    public readonly bool Full => _left <= 0.0;

    /// <summary>The mean; fewer than n units in all give the mean of those.</summary>
    public readonly double Mean => _sum / (n - _left);

    /// <summary>Takes a unit; what exceeds n is left out.</summary>
    public void Take(double reward, double weight)
    {
        double taken = Math.Min(weight, _left);
        _sum += taken * reward;
        _left -= taken;
    }
}
