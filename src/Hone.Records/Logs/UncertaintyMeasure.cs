namespace Hone.Records.Logs;

/// <summary>A figure of a completion that says how uncertain the model was of it; more is less certain.</summary>
public enum UncertaintyMeasure
{
    /// <summary>Average negative log-likelihood of its tokens: minus the mean log-probability.</summary>
    Anll,

    /// <summary>Summed negative log-likelihood, which grows with length.</summary>
    Sum,

    /// <summary>Mean entropy of the distributions that its tokens were drawn from.</summary>
    Entropy,

    /// <summary>Negative log-likelihood of its least likely token.</summary>
    Min,

    /// <summary>Mean negative log-likelihood of its least likely tenth of tokens.</summary>
    Tail,

    /// <summary>Minus the mean divergence of its tokens' distributions from the uniform one.</summary>
    SelfCertainty,

    /// <summary>Average negative log-likelihood under the reference model.</summary>
    Reference,

    /// <summary>Number of tokens: no uncertainty, but what many a measure of it turns out to measure.</summary>
    Length,
}

/// <summary>What users call the measures.</summary>
public static class UncertaintyMeasures
{
    /// <summary>The names, in the order of <see cref="UncertaintyMeasure"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["anll", "sum", "entropy", "min", "tail", "self-certainty", "reference", "length"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<UncertaintyMeasure> All { get; } = Enum.GetValues<UncertaintyMeasure>();

    /// <summary>The name of a measure.</summary>
    public static string Name(this UncertaintyMeasure measure) => Names[(int)measure];

    /// <summary>The measure of a name; null for none.</summary>
    public static UncertaintyMeasure? Named(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return (UncertaintyMeasure)i;
            }
        }

        return null;
    }
}
