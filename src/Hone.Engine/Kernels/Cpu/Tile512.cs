using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Matrix tiles in 512-bit registers: 12 rows by two panels of 16 columns, 24 accumulators of 16 lanes, 2 registers for the
/// panels' rows and one for the broadcast element, so that multiply-adds outnumber loads; and 12 or fewer rows by one panel.
/// Each accumulator adds its products in the order of k.
/// </summary>
internal unsafe partial struct Tile512 : ITile
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
