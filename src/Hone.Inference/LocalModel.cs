using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference.Scoring;

namespace Hone.Inference;

/// <summary>The engine of this process as a text model. Scores do not depend on how texts are batched.</summary>
public sealed class LocalModel : ITextModel, IDisposable
{
    /// <summary>
    /// Most tokens that one scoring pass computes, where more than one text is waiting: enough to keep every thread busy, few
    /// enough that what a layer leaves for the next is still in the caches.
    /// </summary>
    public const int PassTokens = 2048;

    private readonly Transformer _model;
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly Activations _activations;
    private readonly Decoder _decoder;

    /// <summary>Wraps a loaded model, which stays the caller's.</summary>
    /// <param name="model">The weights.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="endTokens">Ids that end a completion.</param>
    public LocalModel(Transformer model, Tokenizer tokenizer, IReadOnlyList<int> endTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _tokenizer = tokenizer;
        _endTokens = endTokens;
        _activations = new Activations(model.Config, ActivationMode.Discard);
        _decoder = new Decoder(model);
    }

    /// <summary>
    /// Whether texts get what the tokenizer puts around a text, such as a beginning token. Not for what a chat template
    /// rendered: that has its special tokens written out already.
    /// </summary>
    public bool AddSpecialTokens { get; set; } = true;

    /// <inheritdoc/>
    public int ContextTokens => _model.Config.MaxPositions;

    /// <inheritdoc/>
    public bool Fits(string prompt) => _tokenizer.Encode(prompt, AddSpecialTokens).Length < ContextTokens;

    /// <inheritdoc/>
    public void Score(IReadOnlyList<ScoringRequest> requests, Action<int, TextScore?> scored, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(scored);
        var batch = new List<TokenizedRequest>();
        int tokens = 0;
        for (int i = 0; i < requests.Count; i++)
        {
            TokenizedRequest request = Tokenize(requests[i], i);
            if (request.Ids.Length > ContextTokens)
            {
                scored(i, null);
                continue;
            }

            if (batch.Count > 0 && tokens + request.Ids.Length > PassTokens)
            {
                cancel.ThrowIfCancellationRequested();
                ScoreBatch(batch, scored);
                batch.Clear();
                tokens = 0;
            }

            batch.Add(request);
            tokens += request.Ids.Length;
        }

        if (batch.Count > 0)
        {
            ScoreBatch(batch, scored);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TextCompletion> Complete(
        IReadOnlyList<CompletionRequest> requests, SamplingRule rule, Action<TextCompletion>? completed = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(rule);
        GenerationRequest[] inTokens = [.. requests.Select(Tokenize)];
        SamplingRule limited = rule with { VocabularyLimit = _tokenizer.VocabularySize };
        return [.. _decoder.Generate(
            inTokens, limited, _endTokens,
            completed: completed is null ? null : completion => completed(ToText(completion)), cancel: cancel).Select(ToText)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _activations.Dispose();
        _decoder.Dispose();
    }

    private TextCompletion ToText(Completion completion) => new(
        completion.Request, completion.Sample, _tokenizer.DecodeContinuation(completion.Tokens), completion.Tokens,
        completion.LogProbs, completion.Truncated);

    private GenerationRequest Tokenize(CompletionRequest request, int index)
    {
        int[] prompt = _tokenizer.Encode(request.Prompt, AddSpecialTokens);
        if (prompt.Length == 0)
        {
            throw new InvalidDataException(
                $"prompt {index} is empty and the tokenizer has no beginning token, expected at least one token. "
                + "Hint: give the prompt some text.");
        }

        int room = ContextTokens - prompt.Length;
        return room > 0 || request.MaxTokens == 0
            ? new GenerationRequest(prompt, [.. request.Seeds], Math.Min(request.MaxTokens, Math.Max(room, 0)))
            : throw new InvalidDataException(
                $"prompt {index} has {prompt.Length} tokens, the model has {ContextTokens} positions, expected room for a "
                + "completion. Hint: shorten the prompt or use a model with a longer context.");
    }

    private TokenizedRequest Tokenize(ScoringRequest request, int index)
    {
        TokenizedText text = _tokenizer.EncodeWithOffsets(request.Text, AddSpecialTokens);
        (int first, int count) = TargetTokens.Of(text, request);
        return new TokenizedRequest(index, text.Ids, first, count);
    }

    private void ScoreBatch(List<TokenizedRequest> batch, Action<int, TextScore?> scored)
    {
        int[] tokens = [.. batch.SelectMany(request => request.Ids)];
        List<int> rows = [], targets = [];
        int start = 0;
        foreach (TokenizedRequest request in batch)
        {
            for (int i = request.FirstTarget; i < request.FirstTarget + request.Targets; i++)
            {
                rows.Add(start + i - 1);
                targets.Add(request.Ids[i]);
            }

            start += request.Ids.Length;
        }

        float[] logProbs = new float[rows.Count];
        float[] entropies = new float[rows.Count];
        SequenceLayout layout = SequenceLayout.Independent([.. batch.Select(request => request.Ids.Length)]);
        _model.Forward(tokens, layout, _activations);
        _model.LogProbs(_activations, [.. rows], [.. targets], logProbs, entropies);
        int done = 0;
        foreach (TokenizedRequest request in batch)
        {
            scored(request.Index, new TextScore(request.Ids, request.FirstTarget, logProbs[done..(done + request.Targets)]));
            done += request.Targets;
        }
    }

    private sealed record TokenizedRequest(int Index, int[] Ids, int FirstTarget, int Targets);
}
