using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;

namespace Hone.Engine.Decoding;

/// <summary>
/// Batched sampling that requests can join while others run: each step computes the prompts of those that start, then a token
/// for every running completion. The cache has a fixed size; what does not fit waits its turn. What a completion becomes
/// depends on its prompt, seed and rule alone, and it has the bits that <see cref="Decoder"/> gives. For one thread.
/// </summary>
public sealed class DecodingSession : IDisposable
{
    private readonly Transformer _model;
    private readonly Activations _activations;
    private readonly SessionSlots _slots;
    private readonly SessionQueue _queue;
    private readonly GrowingTensor _hidden = new();
    private readonly List<SessionPrompt> _prompts = [];
    private readonly List<SessionCompletion> _started = [];
    private readonly List<SessionCompletion> _drawing = [];
    private readonly TokenDraw _draw;
    private readonly GrowingArray<int> _tokens = new();
    private readonly GrowingArray<int> _positions = new();
    private readonly GrowingArray<CacheRow> _places = new();

    /// <summary>Makes a session without requests.</summary>
    /// <param name="model">The policy; stays the caller's.</param>
    /// <param name="activations">Where passes keep their results; may be shared with other passes of the same thread.</param>
    /// <param name="rows">Most completions that run side by side.</param>
    /// <param name="cacheTokens">Tokens that the cache has room for, prompts included; memory is taken as they come.</param>
    public DecodingSession(Transformer model, Activations activations, int rows, long cacheTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        _model = model;
        _activations = activations;
        int blocks = checked((int)KeyValueCache.Blocks(Math.Max(1, cacheTokens)));
        _slots = new SessionSlots(model.Config.Layers, model.Heads, model.Config.HiddenSize, rows, blocks);
        _queue = new SessionQueue(_slots, rows);
        _draw = new TokenDraw(model);
        CacheTokens = (long)blocks * KeyValueCache.BlockTokens;
    }

    /// <summary>Completions that have not started.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Completions that run.</summary>
    public int Running => _queue.Running.Count;

    /// <summary>Whether a step would do anything.</summary>
    public bool HasWork => Waiting > 0 || Running > 0;

    /// <summary>Tokens that the cache has room for.</summary>
    public long CacheTokens { get; }

    /// <summary>Those of them that no prompt and no completion has taken.</summary>
    public long FreeCacheTokens => (long)_slots.FreeBlockCount * KeyValueCache.BlockTokens;

    /// <summary>The longest prompt and completion together that fit into the cache wherever one ends and the other begins.</summary>
    public long LongestSequence => CacheTokens - (2 * (KeyValueCache.BlockTokens - 1)) - (KeyValueCache.BlockTokens - 1);

    /// <summary>Whether a prompt and one completion of it fit into the cache at all.</summary>
    public bool Fits(long promptTokens, long maxTokens) => _slots.Fits(promptTokens, maxTokens);

    /// <summary>Puts a request behind those that wait.</summary>
    /// <exception cref="ArgumentException">An empty prompt, no seed, no tokens wanted, a bad rule, or more than the cache holds.</exception>
    public void Add(SessionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? problem = request.Prompt.Length == 0 ? "The prompt has no tokens; there is nothing to condition the first token on."
            : request.Seeds.Length == 0 || request.MaxTokens < 1 ? "Nothing is wanted of the request."
            : !Fits(request.Prompt.Length, request.MaxTokens)
                ? $"{request.Prompt.Length} and {request.MaxTokens} tokens are more than the cache's {CacheTokens}."
            : request.Rule.Problems().FirstOrDefault();
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(request));
        }

        _queue.Add(request);
    }

    /// <summary>Starts what there is room for, and draws a token for everything that runs.</summary>
    public void Step()
    {
        _queue.DropCancelled();
        _queue.Admit(_prompts, _started);
        Prefill();
        DrawFirstTokens();
        DecodeOneToken();
    }

    /// <summary>Gives up everything that waits or runs.</summary>
    public void CancelAll() => _queue.CancelAll();

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _hidden.Dispose();
    }

    private void Prefill()
    {
        for (int first = 0, end; first < _prompts.Count; first = end)
        {
            int taken = _prompts[first].Request.Prompt.Length;
            for (end = first + 1; end < _prompts.Count && taken + _prompts[end].Request.Prompt.Length <= Decoder.PrefillTokens; end++)
            {
                taken += _prompts[end].Request.Prompt.Length;
            }

            List<SessionPrompt> pass = _prompts[first..end];
            int[] tokens = [.. pass.SelectMany(prompt => prompt.Request.Prompt)];
            SequenceLayout layout = SequenceLayout.Independent([.. pass.Select(prompt => prompt.Request.Prompt.Length)]);
            CacheRow[] places =
            [
                .. pass.SelectMany(prompt => prompt.Request.Prompt.Select((_, position) => new CacheRow(prompt.Range.Slot, position))),
            ];
            _model.Forward(tokens, layout, _activations, _slots.Cache, places);
            for (int i = 0; i < pass.Count; i++)
            {
                Segment segment = layout.Segments[i];
                Row(_activations.Final, segment.Start + segment.Length - 1).Span.CopyTo(pass[i].LastHidden.Span);
            }
        }
    }

    // The prompt's last hidden state predicts the first token of each of its completions.
    private void DrawFirstTokens()
    {
        if (_started.Count == 0)
        {
            return;
        }

        Tensor hidden = _hidden.Take((long)_started.Count * _model.Config.HiddenSize);
        for (int i = 0; i < _started.Count; i++)
        {
            SessionCompletion completion = _started[i];
            SessionPrompt prompt = completion.Prompt;
            _slots.Cache.Continue(completion.Range.Slot, prompt.Range.Slot, prompt.Request.Prompt.Length, _model.Config.Layers);
            prompt.LastHidden.Span.CopyTo(Row(hidden, i).Span);
            _queue.Run(completion);
        }

        Draw(_started, hidden);
    }

    private void DecodeOneToken()
    {
        // A copy, for completions that end leave the running ones.
        _drawing.Clear();
        _drawing.AddRange(_queue.Running);
        if (_drawing.Count == 0)
        {
            return;
        }

        Span<int> tokens = _tokens.Take(_drawing.Count), positions = _positions.Take(_drawing.Count);
        Span<CacheRow> places = _places.Take(_drawing.Count);
        for (int i = 0; i < _drawing.Count; i++)
        {
            SessionCompletion completion = _drawing[i];
            tokens[i] = completion.LastToken;
            positions[i] = completion.Request.Prompt.Length + completion.Length - 1;
            places[i] = new CacheRow(completion.Range.Slot, positions[i]);
        }

        _model.Decode(tokens, places, positions, _slots.Cache, _activations);
        Draw(_drawing, _activations.Final);
    }

    private void Draw(List<SessionCompletion> completions, Tensor hidden)
    {
        ReadOnlySpan<DrawnToken> drawn = _draw.Draw(completions, hidden);
        for (int i = 0; i < completions.Count; i++)
        {
            SessionCompletion completion = completions[i];
            SessionRequest request = completion.Request;
            completion.LastToken = drawn[i].Id;
            completion.Length++;
            bool goOn = request.Listener.Drawn(completion.Sample, drawn[i]);
            if (request.EndTokens.Contains(drawn[i].Id))
            {
                _queue.End(completion, CompletionEnd.EndToken);
            }
            else if (!goOn)
            {
                _queue.End(completion, CompletionEnd.Stopped);
            }
            else if (completion.Length == request.MaxTokens)
            {
                _queue.End(completion, CompletionEnd.Length);
            }
        }
    }

    private Tensor Row(Tensor hidden, int row) =>
        hidden.Slice((long)row * _model.Config.HiddenSize, _model.Config.HiddenSize);
}
