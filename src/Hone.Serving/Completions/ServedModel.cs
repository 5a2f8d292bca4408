using System.Text;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference.Chat;

namespace Hone.Serving.Completions;

/// <summary>What is served.</summary>
/// <param name="Name">What clients call it.</param>
/// <param name="Weights">The model; used by one thread only, that of the <see cref="EngineLoop"/>.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="EndTokens">Ids that end a completion.</param>
/// <param name="Template">Its chat template, or null where it has none.</param>
/// <param name="Version">Version of the server, as `/version` tells it.</param>
public sealed record ServedModel(
    string Name, Transformer Weights, Tokenizer Tokenizer, IReadOnlyList<int> EndTokens, ChatTemplate? Template, string Version)
{
    /// <summary>Bytes of UTF-8 that the longest token stands for, or more: byte tokens' names have up to two for each.</summary>
    internal int LongestToken { get; } = Enumerable.Range(0, Tokenizer.VocabularySize)
        .Max(id => Encoding.UTF8.GetByteCount(Tokenizer.TokenOf(id) ?? ""));
}
