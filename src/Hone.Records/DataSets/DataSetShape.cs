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

    /// <summary><c>input</c> (text or messages) and <c>label</c>.</summary>
    OpenRlhf,

    /// <summary><c>messages</c>, of which a last one of the assistant does not count, <c>ground_truth</c> and
    /// <c>dataset</c>.</summary>
    OpenInstruct,

    /// <summary><c>input</c> and <c>output</c>, the gold answer.</summary>
    NemoRl,

    /// <summary><c>prompt</c> (text or messages) and <c>label</c>.</summary>
    Slime,

    /// <summary>None of these; the user named the prompt's field.</summary>
    Mapped,
}
