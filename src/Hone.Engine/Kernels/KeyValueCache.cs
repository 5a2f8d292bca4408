using Hone.Engine.Memory;

namespace Hone.Engine.Kernels;

/// <summary>
/// Keys and values of the tokens decoded so far, in the panels that attention reads: keys as (blocks of 16 tokens, D, 16),
/// values as (panels of 16 columns, tokens, 16), for each layer, slot and key/value head. A slot can continue another: it
/// then reads that slot's whole blocks and holds a copy of the tokens of the last, broken one. So a prompt is stored once
/// for all its completions, and a token's place in its block is its place in the sequence.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    // A block that the system gives out of fresh pages is zeros and takes no memory until it is written; a smaller one can hold
    // anything, and what is no number would spread through products with the zeros of masked places.
    private const long FreshPagesFloats = (64L << 20) / sizeof(float);

    private readonly Arena _arena;
    private readonly Tensor _data;
    private readonly int[] _slotOffsets; // first block of each slot
    private readonly int[] _slotBlocks;
    private readonly int[] _prefixSlots;
    private readonly int[] _prefixLengths;
    private readonly HeadShape _shape;
    private readonly long _blockFloats;
    private readonly int _totalBlocks;

    /// <summary>Reserves slots for the given numbers of tokens each.</summary>
    /// <param name="layers">Transformer blocks.</param>
    /// <param name="shape">Head dimensions.</param>
    /// <param name="capacities">Tokens that each slot must hold itself (for a slot that continues another: those past the
    /// other's whole blocks).</param>
    public KeyValueCache(int layers, HeadShape shape, ReadOnlySpan<int> capacities)
        : this(layers, shape, capacities.Length, BlocksOf(capacities), zeroed: true)
    {
        int blocks = 0;
        for (int slot = 0; slot < capacities.Length; slot++)
        {
            Place(slot, blocks, BlocksOf(capacities.Slice(slot, 1)));
            blocks += _slotBlocks[slot];
        }
    }

    /// <summary>Reserves blocks for slots that get their share of them, and others in their turn, by <see cref="Place"/>.</summary>
    /// <param name="layers">Transformer blocks.</param>
    /// <param name="shape">Head dimensions.</param>
    /// <param name="slots">Slots.</param>
    /// <param name="blocks">Blocks of 16 tokens in all; memory is taken as they are written.</param>
    public KeyValueCache(int layers, HeadShape shape, int slots, int blocks)
        : this(layers, shape, slots, blocks, layers * (long)blocks * shape.KeyValueHeads * BlockFloats(shape) < FreshPagesFloats)
    {
    }

    private KeyValueCache(int layers, HeadShape shape, int slots, int blocks, bool zeroed)
    {
        _shape = shape;
        _slotOffsets = new int[slots];
        _slotBlocks = new int[slots];
        _prefixSlots = new int[slots];
        _prefixLengths = new int[slots];
        _prefixSlots.AsSpan().Fill(-1);
        _totalBlocks = blocks;
        ValueColumns = ColumnsOf(shape);
        _blockFloats = BlockFloats(shape);
        long length = layers * (long)blocks * shape.KeyValueHeads * _blockFloats;
        _arena = new Arena(length, zeroed);
        _data = _arena.Take(length);
    }

    /// <summary>Tokens in a block.</summary>
    public const int BlockTokens = 16;

    /// <summary>Head size rounded up to whole panels.</summary>
    internal int ValueColumns { get; }

    /// <summary>Blocks that hold <paramref name="tokens"/> tokens.</summary>
    public static long Blocks(long tokens) => (tokens + BlockTokens - 1) / BlockTokens;

    /// <summary>Bytes of <paramref name="blocks"/> blocks of tokens in every layer.</summary>
    public static long Bytes(int layers, HeadShape shape, long blocks) =>
        sizeof(float) * layers * blocks * shape.KeyValueHeads * BlockFloats(shape);

    /// <summary>
    /// Gives a slot the blocks from <paramref name="firstBlock"/> on; what it held is void, and it continues no other. That no
    /// two slots in use have a block in common is the caller's to see to.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such blocks.</exception>
    public void Place(int slot, int firstBlock, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBlock);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, _totalBlocks - firstBlock);
        _slotOffsets[slot] = firstBlock;
        _slotBlocks[slot] = blocks;
        _prefixSlots[slot] = -1;
        _prefixLengths[slot] = 0;
    }

    /// <summary>
    /// Makes <paramref name="slot"/> continue the first <paramref name="length"/> tokens of <paramref name="prefix"/>,
    /// copying the tokens of the broken block.
    /// </summary>
    public void Continue(int slot, int prefix, int length, int layers)
    {
        _prefixSlots[slot] = prefix;
        _prefixLengths[slot] = length / BlockTokens * BlockTokens;
        int whole = length / BlockTokens;
        int broken = length % BlockTokens;
        if (broken == 0)
        {
            return;
        }

        for (int layer = 0; layer < layers; layer++)
        {
            for (int head = 0; head < _shape.KeyValueHeads; head++)
            {
                int keyFloats = BlockTokens * _shape.HeadSize;
                Keys(layer, prefix, head).Slice((long)whole * keyFloats, keyFloats).Span
                    .CopyTo(Keys(layer, slot, head).Span);
                Tensor from = Values(layer, prefix, head);
                Tensor to = Values(layer, slot, head);
                for (int panel = 0; panel < ValueColumns / BlockTokens; panel++)
                {
                    from.Slice(ValueOffset(prefix, panel, whole * BlockTokens), broken * BlockTokens).Span
                        .CopyTo(to.Slice(ValueOffset(slot, panel, 0), broken * BlockTokens).Span);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    /// <summary>The slot whose whole blocks come first, or -1.</summary>
    internal int PrefixSlot(int slot) => _prefixSlots[slot];

    /// <summary>Tokens read from the prefix slot: a multiple of 16.</summary>
    internal int PrefixLength(int slot) => _prefixLengths[slot];

    /// <summary>Tokens that a slot has room for.</summary>
    internal int Capacity(int slot) => _slotBlocks[slot] * BlockTokens;

    internal Tensor Keys(int layer, int slot, int head) // (blocks, D, 16)
    {
        long length = (long)_slotBlocks[slot] * BlockTokens * _shape.HeadSize;
        return _data.Slice(Start(layer, slot, head), length);
    }

    internal Tensor Values(int layer, int slot, int head) // (ValueColumns/16, capacity, 16)
    {
        long keys = (long)_slotBlocks[slot] * BlockTokens * _shape.HeadSize;
        long length = (long)_slotBlocks[slot] * BlockTokens * ValueColumns;
        return _data.Slice(Start(layer, slot, head) + keys, length);
    }

    internal long ValueOffset(int slot, int panel, int token) => ((long)panel * Capacity(slot) + token) * BlockTokens;

    private static int BlocksOf(ReadOnlySpan<int> capacities)
    {
        int blocks = 0;
        foreach (int capacity in capacities)
        {
            blocks += Math.Max(1, (int)Blocks(capacity));
        }

        return blocks;
    }

    private static int ColumnsOf(HeadShape shape) => (shape.HeadSize + BlockTokens - 1) / BlockTokens * BlockTokens;

    private static long BlockFloats(HeadShape shape) => (long)BlockTokens * (shape.HeadSize + ColumnsOf(shape));

    private long Start(int layer, int slot, int head)
    {
        long slotStart = (((long)layer * _totalBlocks) + _slotOffsets[slot]) * _shape.KeyValueHeads;
        return (slotStart + ((long)head * _slotBlocks[slot])) * _blockFloats;
    }
}

/// <summary>One token of a batch and the cache slot it belongs to.</summary>
/// <param name="Slot">Slot of the cache.</param>
/// <param name="Position">The token's place in its sequence, its prefix included.</param>
public readonly record struct CacheRow(int Slot, int Position);
