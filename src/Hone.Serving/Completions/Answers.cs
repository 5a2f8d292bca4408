using System.Text.Json.Serialization;

namespace Hone.Serving.Completions;

// The shapes of answers, field for field as vLLM writes them; names are put into snake_case.

internal sealed record Usage(int PromptTokens, int TotalTokens, int CompletionTokens)
{
    public static Usage Of(int prompt, int completion) => new(prompt, prompt + completion, completion);
}

internal sealed record RankedToken(float Logprob, int Rank, string DecodedToken);

internal sealed record CompletionLogProbs(
    int[] TextOffset, float?[] TokenLogprobs, string[] Tokens, Dictionary<string, float>?[] TopLogprobs);

internal sealed record CompletionChoice(
    int Index, string Text, CompletionLogProbs? Logprobs, string? FinishReason, object? StopReason, int[]? TokenIds,
    Dictionary<int, RankedToken>?[]? PromptLogprobs, int[]? PromptTokenIds);

internal sealed record CompletionAnswer(
    string Id, string Object, long Created, string Model, CompletionChoice[] Choices, Usage? Usage);

internal sealed record ChatAlternative(string Token, float Logprob, int[] Bytes);

internal sealed record ChatTokenLogProb(string Token, float Logprob, int[] Bytes, ChatAlternative[] TopLogprobs);

internal sealed record ChatLogProbs(ChatTokenLogProb[] Content);

internal sealed record ChatMessage(string Role, string Content);

internal sealed record ChatChoice(
    int Index, ChatMessage Message, ChatLogProbs? Logprobs, string? FinishReason, object? StopReason, int[]? TokenIds);

internal sealed record ChatAnswer(
    string Id, string Object, long Created, string Model, ChatChoice[] Choices, Usage Usage,
    Dictionary<int, RankedToken>?[]? PromptLogprobs, int[]? PromptTokenIds);

internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role, string? Content);

internal sealed record ChatChunkChoice(
    int Index, ChatDelta Delta, ChatLogProbs? Logprobs, string? FinishReason, object? StopReason, int[]? TokenIds);

internal sealed record ChatChunk(
    string Id, string Object, long Created, string Model, ChatChunkChoice[] Choices, Usage? Usage, int[]? PromptTokenIds);

internal sealed record ModelCard(string Id, string Object, long Created, string OwnedBy, string Root, string? Parent, int MaxModelLen);

internal sealed record ModelList(string Object, ModelCard[] Data);

internal sealed record ServerVersion(string Version);

internal sealed record TokenizeAnswer(int Count, int MaxModelLen, int[] Tokens, string[]? TokenStrs);

internal sealed record DetokenizeAnswer(string Prompt);
