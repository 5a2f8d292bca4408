namespace Hone.Records.Logs;

/// <summary>How a log is to be read, where it does not say so itself.</summary>
public sealed record LogOptions
{
    /// <summary>Name of the format; null to recognise it.</summary>
    public string? Format { get; init; }

    /// <summary>The log's names for our fields.</summary>
    public FieldMap Fields { get; init; } = FieldMap.None;

    /// <summary>Whether rows may lack log-probabilities in formats of which they are a part: they are computed, or beside the
    /// log.</summary>
    public bool LogprobsElsewhere { get; init; }

    /// <summary>Measures of uncertainty to keep beside those that every log is read with (<see cref="UncertaintyMeasure.Anll"/>,
    /// <see cref="UncertaintyMeasure.Reference"/>, <see cref="UncertaintyMeasure.Length"/>), at 8 bytes a row each.</summary>
    public IReadOnlyList<UncertaintyMeasure> Measures { get; init; } = [];

    /// <summary>Weights of reward columns by their names, for logs with a column per reward function; a column that is not named
    /// weighs 1, one that weighs 0 is left out.</summary>
    public IReadOnlyDictionary<string, double> RewardWeights { get; init; } = new Dictionary<string, double>();
}
