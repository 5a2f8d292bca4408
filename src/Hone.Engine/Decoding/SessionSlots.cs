using Hone.Engine.Kernels;
using Hone.Engine.Memory;

namespace Hone.Engine.Decoding;

/// <summary>A range of cache blocks and the slot that has them.</summary>
internal readonly record struct SlotRange(int Slot, int Start, int Blocks);

/// <summary>A prompt that is in the cache while completions of it run or wait.</summary>
internal sealed class SessionPrompt(SessionRequest request, SlotRange range, Tensor lastHidden)
{
    public SessionRequest Request { get; } = request;

    public SlotRange Range { get; } = range;

    public Tensor LastHidden { get; } = lastHidden; // (C)

    public int Running { get; set; }
}

/// <summary>A completion that is being decoded.</summary>
internal sealed class SessionCompletion(SessionPrompt prompt, int sample, SlotRange range)
{
    public SessionPrompt Prompt { get; } = prompt;

    public SessionRequest Request => Prompt.Request;

    public int Sample { get; } = sample;

    public SlotRange Range { get; } = range;

    public int Length { get; set; } // tokens drawn

    public int LastToken { get; set; }
}

/// <summary>
/// Which slots and blocks of a cache of fixed size prompts and completions have. A completion's room is taken for all its
/// tokens at once, so that what runs can always run to its end.
/// </summary>
internal sealed class SessionSlots : IDisposable
{
    private readonly FreeBlocks _blocks;
    private readonly Stack<int> _freeSlots = new();
    private readonly Arena _hiddenRows;
    private readonly Tensor[] _lastHidden;

    public SessionSlots(int layers, HeadShape heads, int hiddenSize, int rows, int blocks)
    {
        int slots = 2 * rows; // each completion's own, and as many prompts
        Cache = new KeyValueCache(layers, heads, slots, blocks);
        _blocks = new FreeBlocks(blocks);
        _hiddenRows = new Arena(slots * Arena.RoundUp(hiddenSize));
        _lastHidden = [.. Enumerable.Range(0, slots).Select(_ => _hiddenRows.Take(hiddenSize))];
        for (int slot = slots - 1; slot >= 0; slot--)
        {
            _freeSlots.Push(slot);
        }
    }

    public KeyValueCache Cache { get; }

    public int FreeBlockCount => _blocks.Count;

    /// <summary>Blocks that a prompt and one completion of it take.</summary>
    public static long BlocksNeeded(long promptTokens, long maxTokens) =>
        KeyValueCache.Blocks(promptTokens) + CompletionBlocks(maxTokens);

    /// <summary>Whether a prompt and a completion fit into the cache when it is empty.</summary>
    public bool Fits(long promptTokens, long maxTokens) => BlocksNeeded(promptTokens, maxTokens) <= _blocks.Total;

    public SessionPrompt? TakePrompt(SessionRequest request) =>
        Take((int)KeyValueCache.Blocks(request.Prompt.Length)) is { } range
            ? new SessionPrompt(request, range, _lastHidden[range.Slot])
            : null;

    public SessionCompletion? TakeCompletion(SessionPrompt prompt, int sample) =>
        Take((int)CompletionBlocks(prompt.Request.MaxTokens)) is { } range ? new SessionCompletion(prompt, sample, range) : null;

    public void Return(SlotRange range)
    {
        _blocks.Return(range.Start, range.Blocks);
        _freeSlots.Push(range.Slot);
    }

    public void Dispose()
    {
        Cache.Dispose();
        _hiddenRows.Dispose();
    }

    // A completion also holds its prompt's broken block of up to 15 tokens.
    private static long CompletionBlocks(long maxTokens) => KeyValueCache.Blocks(maxTokens + KeyValueCache.BlockTokens - 1);

    private SlotRange? Take(int blocks)
    {
        int start = _freeSlots.Count > 0 ? _blocks.Take(blocks) : -1;
        if (start < 0)
        {
            return null;
        }

        int slot = _freeSlots.Pop();
        Cache.Place(slot, start, blocks);
        return new SlotRange(slot, start, blocks);
    }
}
