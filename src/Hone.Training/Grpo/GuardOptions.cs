using System.Globalization;

namespace Hone.Training.Grpo;

/// <summary>What becomes of an update that must not be made.</summary>
public enum FaultResponse
{
    /// <summary>The run ends before it.</summary>
    Stop,

    /// <summary>It is left out: weights and moments stay, the step counts.</summary>
    Skip,
}

/// <summary>Which updates must not be made, and what to do then.</summary>
public sealed record GuardOptions
{
    /// <summary>For a log-probability, a loss or a gradient norm that is not a finite number.</summary>
    public FaultResponse NonFinite { get; init; } = FaultResponse.Stop;

    /// <summary>A gradient norm above so many times the median of the recent ones is a spike; 0 for no such limit.</summary>
    public double Spike { get; init; }

    /// <summary>For a spike.</summary>
    public FaultResponse OnSpike { get; init; } = FaultResponse.Skip;

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Spike == 0 || (Spike > 1 && double.IsFinite(Spike))))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"spike is {Spike}, expected 0 (off) or a number above 1");
        }
    }
}
