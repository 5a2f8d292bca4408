namespace Hone.Inference.Chat;

/// <summary>How a conversation is rendered.</summary>
public sealed record RenderOptions
{
    /// <summary>Whether the text ends where the model's answer begins.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>What the template finds as `enable_thinking`; null leaves it undefined.</summary>
    public bool? EnableThinking { get; init; }

    /// <summary>
    /// What `strftime_now` tells, asked for only when a template does. Null leaves the function undefined; templates then
    /// fall back on a date of their own, or fail.
    /// </summary>
    public Func<DateOnly>? Date { get; init; }
}
