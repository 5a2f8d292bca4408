using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>Writing keys, values and gradients into the panels that the tiles read, and back.</summary>
internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private static void CopyRows(float* from, long fromRow, float* to, long toRow, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
        {
            new Span<float>(from + (r * fromRow), columns).CopyTo(new Span<float>(to + (r * toRow), columns));
        }
    }

    /// <summary>Writes x (D) as column <paramref name="token"/> of panels (blocks, D, 16).</summary>
    private static void StoreColumn(float* x, float* panels, int token, int D)
    {
        float* to = panels + ((long)(token / Block) * D * Block) + (token % Block);
        for (int d = 0; d < D; d++)
        {
            to[d * Block] = x[d];
        }
    }

    /// <summary>As <see cref="StoreColumn"/> for <paramref name="count"/> rows at distance <paramref name="stride"/>.</summary>
    private static void StoreColumns(float* x, long stride, int count, float* panels, int token, int D)
    {
        int i = 0;
        while (i < count)
        {
            if (count - i < 4 || (token + i) % 4 != 0 || D % 4 != 0)
            {
                StoreColumn(x + (i * stride), panels, token + i, D);
                i++;
                continue;
            }

            float* to = panels + ((long)((token + i) / Block) * D * Block) + ((token + i) % Block);
            float* from = x + (i * stride);
            for (int d = 0; d < D; d += 4)
            {
                Transpose4(from + d, stride, to + (d * Block), Block);
            }

            i += 4;
        }
    }

    /// <summary>Writes the 4 by 4 block at <paramref name="from"/> transposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* from, long fromRow, float* to, long toRow)
    {
        if (!Sse.IsSupported)
        {
            for (int row = 0; row < 4; row++)
            {
                for (int column = 0; column < 4; column++)
                {
                    to[(column * toRow) + row] = from[(row * fromRow) + column];
                }
            }

            return;
        }

        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromRow);
        Vector128<float> c = Vector128.Load(from + (2 * fromRow)), d = Vector128.Load(from + (3 * fromRow));
        Vector128<float> abLow = Sse.UnpackLow(a, b), abHigh = Sse.UnpackHigh(a, b);
        Vector128<float> cdLow = Sse.UnpackLow(c, d), cdHigh = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(abLow, cdLow).Store(to);
        Sse.MoveHighToLow(cdLow, abLow).Store(to + toRow);
        Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + (2 * toRow));
        Sse.MoveHighToLow(cdHigh, abHigh).Store(to + (3 * toRow));
    }

    /// <summary>Writes x (D) as row <paramref name="token"/> of panels (D/16, rows, 16), zero past D.</summary>
    private static void StoreRow(float* x, float* panels, long panelStride, int token, int D)
    {
        float* to = panels + ((long)token * Block);
        int d = 0;
        for (; d <= D - Block; d += Block)
        {
            Unsafe.CopyBlockUnaligned(to, x + d, Block * sizeof(float));
            to += panelStride;
        }

        if (d < D)
        {
            new Span<float>(to, Block).Clear();
            new Span<float>(x + d, D - d).CopyTo(new Span<float>(to, Block));
        }
    }

    /// <summary>As <see cref="StoreRow"/> for <paramref name="count"/> rows at distance <paramref name="stride"/>.</summary>
    private static void StoreRows(float* x, long stride, int count, float* panels, long panelStride, int token, int D)
    {
        for (int i = 0; i < count; i++)
        {
            StoreRow(x + (i * stride), panels, panelStride, token + i, D);
        }
    }
}
