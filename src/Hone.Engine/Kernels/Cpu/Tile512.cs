using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Matrix tiles in 512-bit registers: 12 rows by two panels of 16 columns, 24 accumulators of 16 lanes, 2 registers for the
/// panels' rows and one for the broadcast element, so that multiply-adds outnumber loads; and 12 or fewer rows by one panel.
/// Each accumulator adds its products in the order of k.
/// </summary>
internal unsafe struct Tile512 : ITile
{
    public static int MaxRows => 12;

    public static void Multiply(
        float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, int rows, bool accumulate)
    {
        while (rows > 0)
        {
            if (rows >= 12)
            {
                Rows12(a, aRow, aK, panel, K, c, cRow, accumulate);
                a += 12 * aRow;
                c += 12 * cRow;
                rows -= 12;
            }
            else if (rows >= 6)
            {
                Rows6(a, aRow, aK, panel, K, c, cRow, accumulate);
                a += 6 * aRow;
                c += 6 * cRow;
                rows -= 6;
            }
            else if (rows >= 4)
            {
                Rows4(a, aRow, aK, panel, K, c, cRow, accumulate);
                a += 4 * aRow;
                c += 4 * cRow;
                rows -= 4;
            }
            else if (rows >= 2)
            {
                Rows2(a, aRow, aK, panel, K, c, cRow, accumulate);
                a += 2 * aRow;
                c += 2 * cRow;
                rows -= 2;
            }
            else
            {
                Rows1(a, aK, panel, K, c, accumulate);
                a += aRow;
                c += cRow;
                rows--;
            }
        }
    }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero;
        Vector512<float> c60 = Vector512<float>.Zero;
        Vector512<float> c70 = Vector512<float>.Zero;
        Vector512<float> c80 = Vector512<float>.Zero;
        Vector512<float> c90 = Vector512<float>.Zero;
        Vector512<float> c100 = Vector512<float>.Zero;
        Vector512<float> c110 = Vector512<float>.Zero;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + cRow);
            c20 = Vector512.Load(c + (2 * cRow));
            c30 = Vector512.Load(c + (3 * cRow));
            c40 = Vector512.Load(c + (4 * cRow));
            c50 = Vector512.Load(c + (5 * cRow));
            c60 = Vector512.Load(c + (6 * cRow));
            c70 = Vector512.Load(c + (7 * cRow));
            c80 = Vector512.Load(c + (8 * cRow));
            c90 = Vector512.Load(c + (9 * cRow));
            c100 = Vector512.Load(c + (10 * cRow));
            c110 = Vector512.Load(c + (11 * cRow));
        }

        for (int k = 0; k < K; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            x = Vector512.Create(a[aRow]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            x = Vector512.Create(a[2 * aRow]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            x = Vector512.Create(a[3 * aRow]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            x = Vector512.Create(a[4 * aRow]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            x = Vector512.Create(a[5 * aRow]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            x = Vector512.Create(a[6 * aRow]);
            c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
            x = Vector512.Create(a[7 * aRow]);
            c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            x = Vector512.Create(a[8 * aRow]);
            c80 = Vector512.FusedMultiplyAdd(x, b0, c80);
            x = Vector512.Create(a[9 * aRow]);
            c90 = Vector512.FusedMultiplyAdd(x, b0, c90);
            x = Vector512.Create(a[10 * aRow]);
            c100 = Vector512.FusedMultiplyAdd(x, b0, c100);
            x = Vector512.Create(a[11 * aRow]);
            c110 = Vector512.FusedMultiplyAdd(x, b0, c110);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c10.Store(c + cRow);
        c20.Store(c + (2 * cRow));
        c30.Store(c + (3 * cRow));
        c40.Store(c + (4 * cRow));
        c50.Store(c + (5 * cRow));
        c60.Store(c + (6 * cRow));
        c70.Store(c + (7 * cRow));
        c80.Store(c + (8 * cRow));
        c90.Store(c + (9 * cRow));
        c100.Store(c + (10 * cRow));
        c110.Store(c + (11 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + cRow);
            c20 = Vector512.Load(c + (2 * cRow));
            c30 = Vector512.Load(c + (3 * cRow));
            c40 = Vector512.Load(c + (4 * cRow));
            c50 = Vector512.Load(c + (5 * cRow));
        }

        for (int k = 0; k < K; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            x = Vector512.Create(a[aRow]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            x = Vector512.Create(a[2 * aRow]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            x = Vector512.Create(a[3 * aRow]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            x = Vector512.Create(a[4 * aRow]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            x = Vector512.Create(a[5 * aRow]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c10.Store(c + cRow);
        c20.Store(c + (2 * cRow));
        c30.Store(c + (3 * cRow));
        c40.Store(c + (4 * cRow));
        c50.Store(c + (5 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + cRow);
            c20 = Vector512.Load(c + (2 * cRow));
            c30 = Vector512.Load(c + (3 * cRow));
        }

        for (int k = 0; k < K; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            x = Vector512.Create(a[aRow]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            x = Vector512.Create(a[2 * aRow]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            x = Vector512.Create(a[3 * aRow]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c10.Store(c + cRow);
        c20.Store(c + (2 * cRow));
        c30.Store(c + (3 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + cRow);
        }

        for (int k = 0; k < K; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            x = Vector512.Create(a[aRow]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c10.Store(c + cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(float* a, long aK, float* panel, int K, float* c, bool accumulate)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
        }

        for (int k = 0; k < K; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
    }
}
