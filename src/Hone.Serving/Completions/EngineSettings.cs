using Hone.Engine.Decoding;
using Hone.Inference;

namespace Hone.Serving.Completions;

/// <summary>How much an <see cref="EngineLoop"/> does at a time.</summary>
public sealed record EngineSettings
{
    /// <summary>The least that <see cref="CacheTokens"/> may be: room for a sequence of 19 tokens.</summary>
    public const long LeastCacheTokens = 64;

    /// <summary>Most completions that are decoded side by side.</summary>
    public int Rows { get; init; } = Decoder.DefaultRows;

    /// <summary>Tokens that the key/value cache has room for.</summary>
    public required long CacheTokens { get; init; }

    /// <summary>Most tokens of a scoring pass, where more than one text is waiting.</summary>
    public int PassTokens { get; init; } = LocalModel.PassTokens;

    /// <summary>Most texts and completions that are in the house at a time, unless one request alone has more.</summary>
    public int MaxPending { get; init; } = 4096;
}
