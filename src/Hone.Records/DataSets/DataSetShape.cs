namespace Hone.Records.DataSets;

/// <summary>The shapes of data set that are recognised by their fields.</summary>
public enum DataSetShape
{
    /// <summary><c>prompt</c> (or <c>question</c>) and <c>answer</c>, perhaps <c>solution</c>.</summary>
    Plain,

    /// <summary><c>question</c>, and an <c>answer</c> that ends in <c>#### gold</c>.</summary>
    Gsm8k,

    /// <summary><c>problem</c> and <c>answer</c>, perhaps <c>solution</c>.</summary>
    Math,

    /// <summary><c>prompt</c>, a list of messages, and <c>reward_model.ground_truth</c>.</summary>
    Verl,

    /// <summary><c>prompt</c> and columns of the user's own.</summary>
    Trl,

    /// <summary>None of these; the user named the prompt's field.</summary>
    Mapped,
}
