using Hone.Engine.Kernels;

namespace Hone.Engine.Decoding;

/// <summary>Completions wanted of a prompt, with a rule of their own, for a <see cref="DecodingSession"/>.</summary>
public sealed class SessionRequest
{
    private volatile bool _cancelled;

    /// <summary>Token ids, at least one.</summary>
    public required int[] Prompt { get; init; }

    /// <summary>One random stream per completion, at least one.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>Most tokens of a completion, at least 1.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required SamplingRule Rule { get; init; }

    /// <summary>Ids that end a completion.</summary>
    public IReadOnlyCollection<int> EndTokens { get; init; } = [];

    /// <summary>Most likely tokens to tell beside each drawn one; 0 for none.</summary>
    public int Alternatives { get; init; }

    /// <summary>Who is told of tokens and ends, on the thread of the session.</summary>
    public required ICompletionListener Listener { get; init; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Gives the request up, from any thread; the next step frees its places and tells the listener.</summary>
    public void Cancel() => _cancelled = true;
}

/// <summary>Told what becomes of a request's completions.</summary>
public interface ICompletionListener
{
    /// <summary>A token was drawn, the end token included; answers whether the completion is to go on.</summary>
    bool Drawn(int sample, DrawnToken token);

    /// <summary>A completion ended; each does so once.</summary>
    void Ended(int sample, CompletionEnd reason);
}

/// <summary>A drawn token.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProb">Its natural log-probability at temperature 1, before any filter.</param>
/// <param name="TopTokens">The most likely tokens in order; empty where none were asked for.</param>
/// <param name="TopLogProbs">Their log-probabilities, likewise.</param>
public readonly record struct DrawnToken(int Id, float LogProb, int[] TopTokens, float[] TopLogProbs);

/// <summary>Why a completion ended.</summary>
public enum CompletionEnd
{
    /// <summary>An end token was drawn.</summary>
    EndToken,

    /// <summary>It has as many tokens as were asked for.</summary>
    Length,

    /// <summary>Its listener said so.</summary>
    Stopped,

    /// <summary>Its request was given up.</summary>
    Cancelled,
}
