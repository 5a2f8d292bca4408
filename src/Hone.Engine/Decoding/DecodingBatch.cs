using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;

namespace Hone.Engine.Decoding;

/// <summary>A prompt that holds a cache slot while completions of it are being decoded.</summary>
internal sealed class PromptSlot(int request, int[] tokens, int slot, Tensor lastHidden)
{
    public int Request { get; } = request;

    public int[] Tokens { get; } = tokens;

    public int Slot { get; } = slot;

    public Tensor LastHidden { get; } = lastHidden; // (C)

    public int Unfinished { get; set; }
}

/// <summary>A completion that is being decoded.</summary>
internal sealed class CompletionSlot(PromptSlot prompt, int sample, int place, int slot, ulong seed, int maxTokens)
{
    public PromptSlot Prompt { get; } = prompt;

    public int Sample { get; } = sample;

    public int Place { get; } = place; // its row of the drawn tokens

    public int Slot { get; } = slot; // of the cache

    public ulong Seed { get; } = seed;

    public int MaxTokens { get; } = maxTokens;

    public int Length { get; set; } // tokens drawn

    public int LastToken { get; set; }

    public double SelfCertainty { get; set; } // sum over the tokens drawn
}

/// <summary>Which completions wait, run and are done, and which cache slots they hold: the bookkeeping of a decoder.</summary>
internal sealed class DecodingBatch : IDisposable
{
    private readonly IReadOnlyList<GenerationRequest> _requests;
    private readonly Completion?[][] _done;
    private readonly Queue<(int Request, int Sample)> _waiting = new();
    private readonly Dictionary<int, PromptSlot> _prompts = [];
    private readonly Stack<int> _freePromptSlots = new();
    private readonly Stack<int> _freePlaces = new();
    private readonly DrawnTokens _drawn;
    private readonly int _promptSlots;
    private readonly List<PromptSlot> _toPrefill = [];
    private readonly List<CompletionSlot> _admitted = [];
    private readonly Arena _lastHidden;
    private readonly Tensor[] _lastHiddenRows;

    public DecodingBatch(
        TransformerConfig config, HeadShape heads, IReadOnlyList<GenerationRequest> requests, int rows, DrawnTokens drawn)
    {
        _requests = requests;
        _drawn = drawn;
        _done = [.. requests.Select(request => new Completion?[request.Seeds.Length])];
        for (int request = 0; request < requests.Count; request++)
        {
            for (int sample = 0; sample < requests[request].Seeds.Length; sample++)
            {
                if (requests[request].MaxTokens > 0)
                {
                    _waiting.Enqueue((request, sample));
                }
                else
                {
                    _done[request][sample] = new Completion(request, sample, [], [], [], double.NaN, Truncated: true);
                }
            }
        }

        int places = Math.Min(rows, _waiting.Count);
        _promptSlots = Math.Min(places, requests.Count);
        int longestPrompt = requests.Count == 0 ? 1 : requests.Max(request => request.Prompt.Length);
        int longestCompletion = requests.Count == 0 ? 1 : requests.Max(request => request.MaxTokens);
        int[] capacities = new int[_promptSlots + places];
        capacities.AsSpan(0, _promptSlots).Fill(longestPrompt);

        // A completion also holds its prompt's broken block of up to 15 tokens.
        capacities.AsSpan(_promptSlots).Fill(longestCompletion + KeyValueCache.BlockTokens - 1);
        Cache = new KeyValueCache(config.Layers, heads, capacities);
        _drawn.Reserve(places, longestCompletion);
        _lastHidden = new Arena(_promptSlots * Arena.RoundUp(config.HiddenSize));
        _lastHiddenRows = [.. Enumerable.Range(0, _promptSlots).Select(_ => _lastHidden.Take(config.HiddenSize))];
        for (int slot = _promptSlots - 1; slot >= 0; slot--)
        {
            _freePromptSlots.Push(slot);
        }

        for (int place = places - 1; place >= 0; place--)
        {
            _freePlaces.Push(place);
        }
    }

    public KeyValueCache Cache { get; }

    public List<CompletionSlot> Active { get; } = [];

    public bool HasWork => _waiting.Count > 0 || Active.Count > 0;

    public int Finished { get; private set; }

    public IReadOnlyList<Completion> Completions => [.. _done.SelectMany(group => group).Select(completion => completion!)];

    /// <summary>Gives free places to waiting completions, in order.</summary>
    public void Admit()
    {
        while (_waiting.Count > 0 && _freePlaces.Count > 0)
        {
            (int request, int sample) = _waiting.Peek();
            if (!_prompts.TryGetValue(request, out PromptSlot? prompt))
            {
                if (_freePromptSlots.Count == 0)
                {
                    return;
                }

                int slot = _freePromptSlots.Pop();
                prompt = new PromptSlot(request, _requests[request].Prompt, slot, _lastHiddenRows[slot])
                {
                    Unfinished = _requests[request].Seeds.Length,
                };
                _prompts.Add(request, prompt);
                _toPrefill.Add(prompt);
            }

            _waiting.Dequeue();
            GenerationRequest wanted = _requests[request];
            int place = _freePlaces.Pop();
            _admitted.Add(new CompletionSlot(
                prompt, sample, place, _promptSlots + place, wanted.Seeds[sample], wanted.MaxTokens));
        }
    }

    /// <summary>
    /// Moves newly admitted prompts to <paramref name="pass"/>: the next one, and as many more as make up no more than
    /// <paramref name="tokens"/> tokens. Answers whether there was any.
    /// </summary>
    public bool TakePromptsToPrefill(int tokens, List<PromptSlot> pass)
    {
        pass.Clear();
        int taken = 0;
        foreach (PromptSlot prompt in _toPrefill)
        {
            if (pass.Count > 0 && taken + prompt.Tokens.Length > tokens)
            {
                break;
            }

            pass.Add(prompt);
            taken += prompt.Tokens.Length;
        }

        _toPrefill.RemoveRange(0, pass.Count);
        return pass.Count > 0;
    }

    /// <summary>Moves the newly admitted completions to <paramref name="admitted"/>; from here on they are active.</summary>
    public void TakeAdmitted(List<CompletionSlot> admitted)
    {
        admitted.Clear();
        admitted.AddRange(_admitted);
        Active.AddRange(_admitted);
        _admitted.Clear();
    }

    /// <summary>
    /// Files a drawn token, and the completion with it where that was its last; this frees its place, and the completion is
    /// the answer.
    /// </summary>
    public Completion? Add(CompletionSlot slot, int token, float logProb, float entropy, float selfCertainty, bool ends)
    {
        _drawn.Add(slot, token, logProb, entropy, selfCertainty);
        if (!ends && slot.Length < slot.MaxTokens)
        {
            return null;
        }

        PromptSlot prompt = slot.Prompt;
        Completion done = _drawn.Copy(slot, truncated: !ends);
        _done[prompt.Request][slot.Sample] = done;
        Active.Remove(slot);
        _freePlaces.Push(slot.Place);
        Finished++;
        if (--prompt.Unfinished == 0)
        {
            _prompts.Remove(prompt.Request);
            _freePromptSlots.Push(prompt.Slot);
        }

        return done;
    }

    public void Dispose()
    {
        Cache.Dispose();
        _lastHidden.Dispose();
    }
}
