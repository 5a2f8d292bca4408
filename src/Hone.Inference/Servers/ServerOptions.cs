using Hone.Engine.Tokenization;

namespace Hone.Inference.Servers;

/// <summary>How servers are asked.</summary>
public sealed record ServerOptions
{
    /// <summary>Requests that a server works on at once.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>
    /// The model's tokenizer, or null. With it texts go out as token ids, wherever the server takes them, and the target's
    /// tokens are found by its offsets.
    /// </summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>The served model to use; needed where a server has several.</summary>
    public string? Model { get; init; }

    /// <summary>Longest time from sending a request to the last byte of its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same for the short requests by which a server is recognised and verified.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Least age at which a request that one server still works on also goes to another that has nothing else to do; the age
    /// is five times the median of the requests that were answered, where that is more.
    /// </summary>
    public TimeSpan TakeOverAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest answer in bytes.</summary>
    public int LongestAnswer { get; init; } = 64 << 20;

    /// <summary>Pause before the first retry; every further one is twice as long, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause between retries, also where a server asks for more.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Failures in a row after which a server is set aside; with the default pauses about half a minute.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Reads a variable of the environment, for keys.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Told what the user should know: a server that is set aside, for instance.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
