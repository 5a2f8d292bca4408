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
    private const int PrefillTokens = 4096;
    private readonly Transformer _model;
    private readonly int _rows;
    private readonly Activations _activations;
    private readonly GrowingTensor _hidden = new();

    /// <summary>Decodes with a model.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="rows">Completions that are decoded side by side.</param>
    public Decoder(Transformer model, int rows = 256)
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
    /// <param name="cancel">Ends the work early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An empty prompt, or a bad rule.</exception>
    public IReadOnlyList<Completion> Generate(
        IReadOnlyList<GenerationRequest> requests, SamplingRule rule, IReadOnlyCollection<int> endTokens,
        Action<int>? finished = null, CancellationToken cancel = default)
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

        using var batch = new DecodingBatch(_model.Config, _model.Heads, requests, _rows);
        while (batch.HasWork)
        {
            cancel.ThrowIfCancellationRequested();
            batch.Admit();
            Prefill(batch);
            DrawFirstTokens(batch, rule, endTokens);
            DecodeOneToken(batch, rule, endTokens);
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
        foreach (List<PromptSlot> prompts in batch.TakePromptsToPrefill(PrefillTokens))
        {
            int[] tokens = [.. prompts.SelectMany(prompt => prompt.Tokens)];
            SequenceLayout layout = SequenceLayout.Independent([.. prompts.Select(prompt => prompt.Tokens.Length)]);
            CacheRow[] places =
                [.. prompts.SelectMany(prompt => prompt.Tokens.Select((_, position) => new CacheRow(prompt.Slot, position)))];
            _model.Forward(tokens, layout, _activations, batch.Cache, places);
            for (int i = 0; i < prompts.Count; i++)
            {
                Segment segment = layout.Segments[i];
                Row(_activations.Final, segment.Start + segment.Length - 1).Span.CopyTo(prompts[i].LastHidden.Span);
            }
        }
    }

    // The prompt's last hidden state predicts the first token of each of its completions.
    private void DrawFirstTokens(DecodingBatch batch, SamplingRule rule, IReadOnlyCollection<int> endTokens)
    {
        List<CompletionSlot> admitted = batch.TakeAdmitted();
        if (admitted.Count == 0)
        {
            return;
        }

        Tensor hidden = _hidden.Take((long)admitted.Count * _model.Config.HiddenSize);
        for (int i = 0; i < admitted.Count; i++)
        {
            CompletionSlot slot = admitted[i];
            batch.Cache.Continue(slot.Slot, slot.Prompt.Slot, slot.Prompt.Tokens.Length, _model.Config.Layers);
            slot.Prompt.LastHidden.Span.CopyTo(Row(hidden, i).Span);
        }

        Draw(batch, admitted, hidden, rule, endTokens);
    }

    private void DecodeOneToken(DecodingBatch batch, SamplingRule rule, IReadOnlyCollection<int> endTokens)
    {
        List<CompletionSlot> active = batch.Active;
        if (active.Count == 0)
        {
            return;
        }

        int[] tokens = [.. active.Select(slot => slot.Tokens[^1])];
        int[] positions = [.. active.Select(slot => slot.Prompt.Tokens.Length + slot.Tokens.Count - 1)];
        CacheRow[] rows = [.. active.Select((slot, i) => new CacheRow(slot.Slot, positions[i]))];
        _model.Decode(tokens, rows, positions, batch.Cache, _activations);
        Draw(batch, [.. active], _activations.Final, rule, endTokens);
    }

    private void Draw(
        DecodingBatch batch, List<CompletionSlot> slots, Tensor hidden, SamplingRule rule, IReadOnlyCollection<int> endTokens)
    {
        double[] uniforms = [.. slots.Select(slot => RandomNumbers.Uniform(slot.Seed, slot.Tokens.Count))];
        int[] tokens = new int[slots.Count];
        float[] logProbs = new float[slots.Count];
        float[] entropies = new float[slots.Count];
        _model.Sample(hidden, rule, uniforms, tokens, logProbs, entropies);
        for (int i = 0; i < slots.Count; i++)
        {
            CompletionSlot slot = slots[i];
            slot.Tokens.Add(tokens[i]);
            slot.LogProbs.Add(logProbs[i]);
            slot.Entropies.Add(entropies[i]);
            bool ended = endTokens.Contains(tokens[i]);
            if (ended || slot.Tokens.Count == slot.MaxTokens)
            {
                batch.Finish(slot, truncated: !ended);
            }
        }
    }

    private Tensor Row(Tensor hidden, int row) =>
        hidden.Slice((long)row * _model.Config.HiddenSize, _model.Config.HiddenSize);
}
