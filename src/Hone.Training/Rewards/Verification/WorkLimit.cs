namespace Hone.Training.Rewards.Verification;

/// <summary>How much work one pair of answers may cost. It counts operations, not time, so that a verdict is the same
/// on every machine.</summary>
internal sealed class WorkLimit
{
    /// <summary>Units for a pair, a few microseconds each.</summary>
    internal const int PerPair = 6_000;

    private int _left = PerPair;

    /// <summary>Takes units; false, for good, once they are used up.</summary>
    internal bool Spend(int units)
    {
        _left = units > _left ? 0 : _left - units;
        return _left > 0;
    }
}
