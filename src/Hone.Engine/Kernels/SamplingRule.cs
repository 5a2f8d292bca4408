namespace Hone.Engine.Kernels;

/// <summary>How a token is drawn from the logits; the filters apply in the order temperature, top-k, top-p, min-p.</summary>
public sealed record SamplingRule
{
    /// <summary>Divides the logits; 0 takes the most likely token, the lowest id among equals.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Keeps this many most likely tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the most likely tokens until their probability reaches this; 1 keeps all.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Drops tokens less likely than this share of the most likely one; 0 drops none.</summary>
    public double MinP { get; init; }

    /// <summary>Draws only ids below this; 0 allows all. Embeddings can have more rows than the tokenizer has tokens.</summary>
    public int VocabularyLimit { get; init; }

    /// <summary>Whether every token that has a probability can be drawn.</summary>
    public bool KeepsAll => TopK == 0 && TopP >= 1.0 && MinP <= 0.0;

    /// <summary>Everything that is wrong with the rule, in words; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (!double.IsFinite(Temperature) || Temperature < 0)
        {
            yield return $"temperature is {Temperature}, expected a number from 0 on";
        }

        if (TopK < 0)
        {
            yield return $"top_k is {TopK}, expected 0 (all) or more";
        }

        if (!(TopP > 0 && TopP <= 1))
        {
            yield return $"top_p is {TopP}, expected a number above 0, at most 1";
        }

        if (!(MinP >= 0 && MinP < 1))
        {
            yield return $"min_p is {MinP}, expected a number from 0, below 1";
        }
    }
}
