using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private const int FloatsPerLine = 16;

    /// <summary>
    /// Asks for the rows of the head that is next, some at a time between the products of this one. A head's part of a row
    /// is too short, and the rows too far apart, for the processor to see them coming.
    /// </summary>
    private struct ReadAhead
    {
        private readonly HeadShape _shape;
        private readonly int _keyHead;
        private readonly int _tokensPerPart;
        private float* _qkv; // the next token's row
        private float* _dOutput; // null in the forward pass
        private int _tokens;

        public ReadAhead(float* qkv, float* dOutput, HeadShape shape, Segment segment, int keyHead, int parts)
        {
            _shape = shape;
            _keyHead = keyHead;
            _qkv = qkv + ((long)segment.Start * shape.RowWidth);
            _dOutput = dOutput == null ? null : dOutput + ((long)segment.Start * shape.Heads * shape.HeadSize);
            _tokens = segment.Length;
            _tokensPerPart = Blocks(segment.Length, parts);
        }

        /// <summary>Asks for one part more, if any is left.</summary>
        public void Part()
        {
            if (_tokens == 0)
            {
                return;
            }

            int D = _shape.HeadSize, group = _shape.Group;
            for (int i = Math.Min(_tokensPerPart, _tokens); i > 0; i--, _tokens--)
            {
                float* keys = _qkv + ((_shape.Heads + _keyHead) * D);
                AskFor(_qkv + (_keyHead * group * D), group * D);
                AskFor(keys, D);
                AskFor(keys + (_shape.KeyValueHeads * D), D);
                _qkv += _shape.RowWidth;
                if (_dOutput != null)
                {
                    AskFor(_dOutput + (_keyHead * group * D), group * D);
                    _dOutput += _shape.Heads * D;
                }
            }
        }
    }

    private static void AskFor(float* x, int length)
    {
        for (int i = 0; i < length; i += FloatsPerLine)
        {
            Prefetch(x + i);
        }
    }

    // The next segment of this head, or else the first of the next head if the item has one.
    private static ReadAhead Ahead(
        SequenceLayout layout, ReadOnlySpan<Segment> segments, int s, int head, bool goesOn, float* qkv, float* dOutput,
        HeadShape shape, int parts)
    {
        if (s + 1 < segments.Length)
        {
            return new ReadAhead(qkv, dOutput, shape, segments[s + 1], head % shape.KeyValueHeads, parts);
        }

        if (!goesOn)
        {
            return default;
        }

        Segment next = layout.Family((head + 1) / shape.KeyValueHeads)[0];
        return new ReadAhead(qkv, dOutput, shape, next, (head + 1) % shape.KeyValueHeads, parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* x)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(x);
        }
    }
}
