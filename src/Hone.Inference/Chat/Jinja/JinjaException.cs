namespace Hone.Inference.Chat.Jinja;

/// <summary>A template that cannot be read or run, or that refuses its input.</summary>
/// <param name="line">Line of the template, from 1.</param>
/// <param name="message">What is wrong.</param>
internal sealed class JinjaException(int line, string message) : Exception(message)
{
    internal int Line => line;

    /// <summary>Whether the template itself refused, by `raise_exception`.</summary>
    internal bool Refused { get; init; }
}
