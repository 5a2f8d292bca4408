using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;

namespace Hone.Engine.Decoding;

/// <summary>
/// Batched sampling with a key/value cache. A prompt is computed once for all its completions, and a finished completion's
/// place is taken by the next at once. What a completion becomes depends on its prompt and seed alone, not on the batch.
/// </summary>
public sealed class Decoder : IDisposable
{
    /// <summary>Most prompt tokens that one pass computes, where more than one prompt is waiting.</summary>
    public const int PrefillTokens = 4096;

    /// <summary>Completions that are decoded side by side unless told otherwise.</summary>
    public const int DefaultRows = 256;

    private readonly Transformer _model;
    private readonly int _rows;
    private readonly Activations _activations;
    private readonly GrowingTensor _hidden = new();

    // Reused from step to step: a warm step allocates nothing but the completions that it starts and ends.
    private readonly DrawnTokens _drawn = new();
    private readonly List<PromptSlot> _prompts = [];
    private readonly List<CompletionSlot> _drawing = [];
    private readonly GrowingArray<int> _tokens = new();
    private readonly GrowingArray<int> _positions = new();
    private readonly GrowingArray<CacheRow> _places = new();
    private readonly GrowingArray<double> _uniforms = new();
    private readonly GrowingArray<float> _logProbs = new();
    private readonly GrowingArray<float> _entropies = new();
    private readonly GrowingArray<float> _selfCertainties = new();

    /// <summary>Decodes with a model.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="rows">Completions that are decoded side by side.</param>
    public Decoder(Transformer model, int rows = DefaultRows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        _model = model;
        _rows = rows;
        _activations = new Activations(model.Config, ActivationMode.Discard);
    }

    /// <summary>Samples all completions of all requests; the result is in the order of requests, then samples.</summary>
    /// <param name="requests">Prompts and seeds.</param>
    /// <param name="rule">How tokens are drawn.</param>
    /// <param name="endTokens">Ids that end a completion.</param>
    /// <param name="finished">Told the number of completions done, each time it changes.</param>
    /// <param name="completed">Told of each completion as soon as it has its last token.</param>
    /// <param name="cancel">Ends the work early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An empty prompt, or a bad rule.</exception>
    public IReadOnlyList<Completion> Generate(
        IReadOnlyList<GenerationRequest> requests, SamplingRule rule, IReadOnlyCollection<int> endTokens,
        Action<int>? finished = null, Action<Completion>? completed = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(rule);
        foreach (string problem in rule.Problems())
        {
            throw new ArgumentException(problem, nameof(rule));
        }

        if (requests.Any(request => request.Prompt.Length == 0))
        {
            throw new ArgumentException("A prompt has no tokens; there is nothing to condition the first token on.");
        }

        int[] ends = [.. endTokens];
        using var batch = new DecodingBatch(_model.Config, _model.Heads, requests, _rows, _drawn);
        while (batch.HasWork)
        {
            cancel.ThrowIfCancellationRequested();
            batch.Admit();
            Prefill(batch);
            DrawFirstTokens(batch, rule, ends, completed);
            DecodeOneToken(batch, rule, ends, completed);
            finished?.Invoke(batch.Finished);
        }

        return batch.Completions;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _activations.Dispose();
        _hidden.Dispose();
    }

    private void Prefill(DecodingBatch batch)
    {
        while (batch.TakePromptsToPrefill(PrefillTokens, _prompts))
        {
            int[] tokens = [.. _prompts.SelectMany(prompt => prompt.Tokens)];
            SequenceLayout layout = SequenceLayout.Independent([.. _prompts.Select(prompt => prompt.Tokens.Length)]);
            CacheRow[] places =
                [.. _prompts.SelectMany(prompt => prompt.Tokens.Select((_, position) => new CacheRow(prompt.Slot, position)))];
            _model.Forward(tokens, layout, _activations, batch.Cache, places);
            for (int i = 0; i < _prompts.Count; i++)
            {
                Segment segment = layout.Segments[i];
                Row(_activations.Final, segment.Start + segment.Length - 1).Span.CopyTo(_prompts[i].LastHidden.Span);
            }
        }
    }

    // The prompt's last hidden state predicts the first token of each of its completions.
    private void DrawFirstTokens(
        DecodingBatch batch, SamplingRule rule, int[] endTokens, Action<Completion>? completed)
    {
        batch.TakeAdmitted(_drawing);
        if (_drawing.Count == 0)
        {
            return;
        }

        Tensor hidden = _hidden.Take((long)_drawing.Count * _model.Config.HiddenSize);
        for (int i = 0; i < _drawing.Count; i++)
        {
            CompletionSlot slot = _drawing[i];
            batch.Cache.Continue(slot.Slot, slot.Prompt.Slot, slot.Prompt.Tokens.Length, _model.Config.Layers);
            slot.Prompt.LastHidden.Span.CopyTo(Row(hidden, i).Span);
        }

        Draw(batch, hidden, rule, endTokens, completed);
    }

    private void DecodeOneToken(
        DecodingBatch batch, SamplingRule rule, int[] endTokens, Action<Completion>? completed)
    {
        // A copy, for completions that end leave the active ones.
        _drawing.Clear();
        _drawing.AddRange(batch.Active);
        if (_drawing.Count == 0)
        {
            return;
        }

        Span<int> tokens = _tokens.Take(_drawing.Count), positions = _positions.Take(_drawing.Count);
        Span<CacheRow> places = _places.Take(_drawing.Count);
        for (int i = 0; i < _drawing.Count; i++)
        {
            CompletionSlot slot = _drawing[i];
            tokens[i] = slot.LastToken;
            positions[i] = slot.Prompt.Tokens.Length + slot.Length - 1;
            places[i] = new CacheRow(slot.Slot, positions[i]);
        }

        _model.Decode(tokens, places, positions, batch.Cache, _activations);
        Draw(batch, _activations.Final, rule, endTokens, completed);
    }

    // One token for each completion of the list, from its row of hidden states.
    private void Draw(
        DecodingBatch batch, Tensor hidden, SamplingRule rule, int[] endTokens, Action<Completion>? completed)
    {
        int count = _drawing.Count;
        Span<double> uniforms = _uniforms.Take(count);
        for (int i = 0; i < count; i++)
        {
            uniforms[i] = RandomNumbers.Uniform(_drawing[i].Seed, _drawing[i].Length);
        }

        Span<int> tokens = _tokens.Take(count);
        Span<float> logProbs = _logProbs.Take(count), entropies = _entropies.Take(count);
        Span<float> selfCertainties = _selfCertainties.Take(count);
        _model.Sample(hidden, rule, uniforms, tokens, logProbs, entropies, selfCertainties);
        for (int i = 0; i < count; i++)
        {
            bool ends = endTokens.AsSpan().Contains(tokens[i]);
            if (batch.Add(_drawing[i], tokens[i], logProbs[i], entropies[i], selfCertainties[i], ends) is { } done)
            {
                completed?.Invoke(done);
            }
        }
    }

    private Tensor Row(Tensor hidden, int row) =>
        hidden.Slice((long)row * _model.Config.HiddenSize, _model.Config.HiddenSize);
}
