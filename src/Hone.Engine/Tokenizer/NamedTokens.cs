using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>What tokenizer_config.json says of the tokens with a role.</summary>
internal sealed class NamedTokens
{
    internal const string Bos = "bos_token";
    internal const string Eos = "eos_token";
    internal const string Pad = "pad_token";

    private readonly Dictionary<string, string> _tokens = [];

    /// <summary>Whether a text gets a beginning token; null leaves that to the post-processor.</summary>
    internal bool? AddsBos { get; private init; }

    /// <summary>Whether a text gets an end token; null leaves that to the post-processor.</summary>
    internal bool? AddsEos { get; private init; }

    /// <summary>Reads the roles; a token is a string, or an object with its `content`.</summary>
    internal static NamedTokens Read(JsonField root)
    {
        var named = new NamedTokens
        {
            AddsBos = root.Find("add_bos_token")?.Flag(),
            AddsEos = root.Find("add_eos_token")?.Flag(),
        };
        foreach (string role in (string[])[Bos, Eos, Pad])
        {
            if (root.Find(role) is { } token)
            {
                named._tokens.Add(role, token.IsObject ? token.Get("content").Text() : token.Text());
            }
        }
        return named;
    }

    internal int? IdOf(string role, Vocabulary vocabulary)
    {
        return _tokens.TryGetValue(role, out string? token) ? vocabulary.IdOf(token) : null;
    }
}
