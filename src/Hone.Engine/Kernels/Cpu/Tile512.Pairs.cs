using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels.Cpu;

// Two panels at a time.
internal unsafe partial struct Tile512
{
    public static bool Pairs => true;

    public static void MultiplyPair(
        float* a, long aRow, long aK, float* left, float* right, int K, float* c, long cRow, int rows, bool accumulate)
    {
        for (; rows >= 12; rows -= 12)
        {
            Rows12Pair(a, aRow, aK, left, right, K, c, cRow, accumulate);
            a += 12 * aRow;
            c += 12 * cRow;
        }

        Multiply(a, aRow, aK, left, K, c, cRow, rows, accumulate);
        Multiply(a, aRow, aK, right, K, c + ITile.Columns, cRow, rows, accumulate);
    }

    // Three rows share a pointer, so that few registers hold addresses.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12Pair(
        float* a, long aRow, long aK, float* left, float* right, int K, float* c, long cRow, bool accumulate)
    {
        Vector512<float> l0 = Vector512<float>.Zero, r0 = Vector512<float>.Zero;
        Vector512<float> l1 = Vector512<float>.Zero, r1 = Vector512<float>.Zero;
        Vector512<float> l2 = Vector512<float>.Zero, r2 = Vector512<float>.Zero;
        Vector512<float> l3 = Vector512<float>.Zero, r3 = Vector512<float>.Zero;
        Vector512<float> l4 = Vector512<float>.Zero, r4 = Vector512<float>.Zero;
        Vector512<float> l5 = Vector512<float>.Zero, r5 = Vector512<float>.Zero;
        Vector512<float> l6 = Vector512<float>.Zero, r6 = Vector512<float>.Zero;
        Vector512<float> l7 = Vector512<float>.Zero, r7 = Vector512<float>.Zero;
        Vector512<float> l8 = Vector512<float>.Zero, r8 = Vector512<float>.Zero;
        Vector512<float> l9 = Vector512<float>.Zero, r9 = Vector512<float>.Zero;
        Vector512<float> l10 = Vector512<float>.Zero, r10 = Vector512<float>.Zero;
        Vector512<float> l11 = Vector512<float>.Zero, r11 = Vector512<float>.Zero;
        if (accumulate)
        {
            float* from = c;
            l0 = Vector512.Load(from);
            r0 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l1 = Vector512.Load(from);
            r1 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l2 = Vector512.Load(from);
            r2 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l3 = Vector512.Load(from);
            r3 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l4 = Vector512.Load(from);
            r4 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l5 = Vector512.Load(from);
            r5 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l6 = Vector512.Load(from);
            r6 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l7 = Vector512.Load(from);
            r7 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l8 = Vector512.Load(from);
            r8 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l9 = Vector512.Load(from);
            r9 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l10 = Vector512.Load(from);
            r10 = Vector512.Load(from + ITile.Columns);
            from += cRow;
            l11 = Vector512.Load(from);
            r11 = Vector512.Load(from + ITile.Columns);
        }

        float* a3 = a + (3 * aRow), a6 = a + (6 * aRow), a9 = a + (9 * aRow);
        for (int k = 0; k < K; k++)
        {
            Vector512<float> b = Vector512.Load(left), d = Vector512.Load(right);
            Vector512<float> x = Vector512.Create(*a);
            l0 = Vector512.FusedMultiplyAdd(x, b, l0);
            r0 = Vector512.FusedMultiplyAdd(x, d, r0);
            x = Vector512.Create(a[aRow]);
            l1 = Vector512.FusedMultiplyAdd(x, b, l1);
            r1 = Vector512.FusedMultiplyAdd(x, d, r1);
            x = Vector512.Create(a[2 * aRow]);
            l2 = Vector512.FusedMultiplyAdd(x, b, l2);
            r2 = Vector512.FusedMultiplyAdd(x, d, r2);
            x = Vector512.Create(*a3);
            l3 = Vector512.FusedMultiplyAdd(x, b, l3);
            r3 = Vector512.FusedMultiplyAdd(x, d, r3);
            x = Vector512.Create(a3[aRow]);
            l4 = Vector512.FusedMultiplyAdd(x, b, l4);
            r4 = Vector512.FusedMultiplyAdd(x, d, r4);
            x = Vector512.Create(a3[2 * aRow]);
            l5 = Vector512.FusedMultiplyAdd(x, b, l5);
            r5 = Vector512.FusedMultiplyAdd(x, d, r5);
            x = Vector512.Create(*a6);
            l6 = Vector512.FusedMultiplyAdd(x, b, l6);
            r6 = Vector512.FusedMultiplyAdd(x, d, r6);
            x = Vector512.Create(a6[aRow]);
            l7 = Vector512.FusedMultiplyAdd(x, b, l7);
            r7 = Vector512.FusedMultiplyAdd(x, d, r7);
            x = Vector512.Create(a6[2 * aRow]);
            l8 = Vector512.FusedMultiplyAdd(x, b, l8);
            r8 = Vector512.FusedMultiplyAdd(x, d, r8);
            x = Vector512.Create(*a9);
            l9 = Vector512.FusedMultiplyAdd(x, b, l9);
            r9 = Vector512.FusedMultiplyAdd(x, d, r9);
            x = Vector512.Create(a9[aRow]);
            l10 = Vector512.FusedMultiplyAdd(x, b, l10);
            r10 = Vector512.FusedMultiplyAdd(x, d, r10);
            x = Vector512.Create(a9[2 * aRow]);
            l11 = Vector512.FusedMultiplyAdd(x, b, l11);
            r11 = Vector512.FusedMultiplyAdd(x, d, r11);
            a += aK;
            a3 += aK;
            a6 += aK;
            a9 += aK;
            left += ITile.Columns;
            right += ITile.Columns;
        }

        l0.Store(c);
        r0.Store(c + ITile.Columns);
        c += cRow;
        l1.Store(c);
        r1.Store(c + ITile.Columns);
        c += cRow;
        l2.Store(c);
        r2.Store(c + ITile.Columns);
        c += cRow;
        l3.Store(c);
        r3.Store(c + ITile.Columns);
        c += cRow;
        l4.Store(c);
        r4.Store(c + ITile.Columns);
        c += cRow;
        l5.Store(c);
        r5.Store(c + ITile.Columns);
        c += cRow;
        l6.Store(c);
        r6.Store(c + ITile.Columns);
        c += cRow;
        l7.Store(c);
        r7.Store(c + ITile.Columns);
        c += cRow;
        l8.Store(c);
        r8.Store(c + ITile.Columns);
        c += cRow;
        l9.Store(c);
        r9.Store(c + ITile.Columns);
        c += cRow;
        l10.Store(c);
        r10.Store(c + ITile.Columns);
        c += cRow;
        l11.Store(c);
        r11.Store(c + ITile.Columns);
    }
}
