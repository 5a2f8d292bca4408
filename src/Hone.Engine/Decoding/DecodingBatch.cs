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
internal sealed class CompletionSlot(PromptSlot prompt, int sample, int slot, ulong seed, int maxTokens)
{
    public PromptSlot Prompt { get; } = prompt;

    public int Sample { get; } = sample;

    public int Slot { get; } = slot;

    public ulong Seed { get; } = seed;

    public int MaxTokens { get; } = maxTokens;

    public List<int> Tokens { get; } = [];

    public List<float> LogProbs { get; } = [];

    public List<float> Entropies { get; } = [];
}

/// <summary>Which completions wait, run and are done, and which cache slots they hold: the bookkeeping of a decoder.</summary>
internal sealed class DecodingBatch : IDisposable
{
    private readonly IReadOnlyList<GenerationRequest> _requests;
    private readonly Completion?[][] _done;
    private readonly Queue<(int Request, int Sample)> _waiting = new();
    private readonly Dictionary<int, PromptSlot> _prompts = [];
    private readonly Stack<int> _freePromptSlots = new();
    private readonly Stack<int> _freeCompletionSlots = new();
    private readonly List<PromptSlot> _toPrefill = [];
    private readonly List<CompletionSlot> _admitted = [];
    private readonly Arena _lastHidden;
    private readonly Tensor[] _lastHiddenRows;

    public DecodingBatch(TransformerConfig config, HeadShape heads, IReadOnlyList<GenerationRequest> requests, int rows)
    {
        _requests = requests;
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
                    _done[request][sample] = new Completion(request, sample, [], [], [], Truncated: true);
                }
            }
        }

        int completionSlots = Math.Min(rows, _waiting.Count);
        int promptSlots = Math.Min(completionSlots, requests.Count);
        int longestPrompt = requests.Count == 0 ? 1 : requests.Max(request => request.Prompt.Length);
        int longestCompletion = requests.Count == 0 ? 1 : requests.Max(request => request.MaxTokens);
        int[] capacities = new int[promptSlots + completionSlots];
        capacities.AsSpan(0, promptSlots).Fill(longestPrompt);

        // A completion also holds its prompt's broken block of up to 15 tokens.
        capacities.AsSpan(promptSlots).Fill(longestCompletion + KeyValueCache.BlockTokens - 1);
        Cache = new KeyValueCache(config.Layers, heads, capacities);
        _lastHidden = new Arena(promptSlots * Arena.RoundUp(config.HiddenSize));
        _lastHiddenRows = [.. Enumerable.Range(0, promptSlots).Select(_ => _lastHidden.Take(config.HiddenSize))];
        for (int slot = promptSlots - 1; slot >= 0; slot--)
        {
            _freePromptSlots.Push(slot);
        }

        for (int slot = capacities.Length - 1; slot >= promptSlots; slot--)
        {
            _freeCompletionSlots.Push(slot);
        }
    }

    public KeyValueCache Cache { get; }

    public List<CompletionSlot> Active { get; } = [];

    public bool HasWork => _waiting.Count > 0 || Active.Count > 0;

    public int Finished { get; private set; }

    public IReadOnlyList<Completion> Completions => [.. _done.SelectMany(group => group).Select(completion => completion!)];

    /// <summary>Gives free slots to waiting completions, in order.</summary>
    public void Admit()
    {
        while (_waiting.Count > 0 && _freeCompletionSlots.Count > 0)
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
            _admitted.Add(
                new CompletionSlot(prompt, sample, _freeCompletionSlots.Pop(), wanted.Seeds[sample], wanted.MaxTokens));
        }
    }

    /// <summary>The newly admitted prompts, in passes of about <paramref name="tokens"/> tokens.</summary>
    public List<List<PromptSlot>> TakePromptsToPrefill(int tokens)
    {
        var passes = new List<List<PromptSlot>>();
        int taken = 0;
        foreach (PromptSlot prompt in _toPrefill)
        {
            if (passes.Count == 0 || taken + prompt.Tokens.Length > tokens)
            {
                passes.Add([]);
                taken = 0;
            }

            passes[^1].Add(prompt);
            taken += prompt.Tokens.Length;
        }

        _toPrefill.Clear();
        return passes;
    }

    /// <summary>The newly admitted completions; from here on they are active.</summary>
    public List<CompletionSlot> TakeAdmitted()
    {
        List<CompletionSlot> admitted = [.. _admitted];
        Active.AddRange(admitted);
        _admitted.Clear();
        return admitted;
    }

    /// <summary>Files a completion and frees its slots.</summary>
    public void Finish(CompletionSlot slot, bool truncated)
    {
        PromptSlot prompt = slot.Prompt;
        _done[prompt.Request][slot.Sample] = new Completion(
            prompt.Request, slot.Sample, [.. slot.Tokens], [.. slot.LogProbs], [.. slot.Entropies], truncated);
        Active.Remove(slot);
        _freeCompletionSlots.Push(slot.Slot);
        Finished++;
        if (--prompt.Unfinished == 0)
        {
            _prompts.Remove(prompt.Request);
            _freePromptSlots.Push(prompt.Slot);
        }
    }

    public void Dispose()
    {
        Cache.Dispose();
        _lastHidden.Dispose();
    }
}
