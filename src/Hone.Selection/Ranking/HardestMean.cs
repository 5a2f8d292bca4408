namespace Hone.Selection;

/// <summary>The sum of the first n units' rewards, where units come hardest first and may count several times or in part.</summary>
internal struct HardestMean(double n)
{
    private double _left = n;

    /// <summary>Sum of the rewards taken.</summary>
    public double Sum { get; private set; }

    public readonly bool Full => _left <= 0.0;

    /// <summary>Mean of the rewards taken.</summary>
    public readonly double Mean => Sum / Taken;

    /// <summary>How many units' worth was taken.</summary>
    public double Taken { get; private set; }

    /// <summary>Takes a unit; what exceeds n is left out.</summary>
    public void Take(double reward, double weight)
    {
        double taken = Math.Min(weight, _left);
        Sum += taken * reward;
        _left -= taken;
        Taken += taken;
    }
}
