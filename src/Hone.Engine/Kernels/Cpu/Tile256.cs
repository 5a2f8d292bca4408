using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Matrix tiles of up to 6 rows by 16 columns in 256-bit registers: 12 accumulators of 8 lanes,
/// 2 for the panel's row and one for the broadcast element. Each accumulator adds its products in the order of k.
/// </summary>
internal unsafe struct Tile256 : ITile
{
    public static int MaxRows => 6;

    public static void Multiply(
        float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, int rows, bool accumulate)
    {
        while (rows > 0)
        {
            if (rows >= 6)
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
    private static void Rows6(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector256<float> c00 = Vector256<float>.Zero;
        Vector256<float> c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero;
        Vector256<float> c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero;
        Vector256<float> c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero;
        Vector256<float> c31 = Vector256<float>.Zero;
        Vector256<float> c40 = Vector256<float>.Zero;
        Vector256<float> c41 = Vector256<float>.Zero;
        Vector256<float> c50 = Vector256<float>.Zero;
        Vector256<float> c51 = Vector256<float>.Zero;
        if (accumulate)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + cRow);
            c11 = Vector256.Load(c + cRow + 8);
            c20 = Vector256.Load(c + (2 * cRow));
            c21 = Vector256.Load(c + (2 * cRow) + 8);
            c30 = Vector256.Load(c + (3 * cRow));
            c31 = Vector256.Load(c + (3 * cRow) + 8);
            c40 = Vector256.Load(c + (4 * cRow));
            c41 = Vector256.Load(c + (4 * cRow) + 8);
            c50 = Vector256.Load(c + (5 * cRow));
            c51 = Vector256.Load(c + (5 * cRow) + 8);
        }

        for (int k = 0; k < K; k++)
        {
            Vector256<float> b0 = Vector256.Load(panel);
            Vector256<float> b1 = Vector256.Load(panel + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[aRow]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2 * aRow]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3 * aRow]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4 * aRow]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5 * aRow]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 8);
        c20.Store(c + (2 * cRow));
        c21.Store(c + (2 * cRow) + 8);
        c30.Store(c + (3 * cRow));
        c31.Store(c + (3 * cRow) + 8);
        c40.Store(c + (4 * cRow));
        c41.Store(c + (4 * cRow) + 8);
        c50.Store(c + (5 * cRow));
        c51.Store(c + (5 * cRow) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector256<float> c00 = Vector256<float>.Zero;
        Vector256<float> c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero;
        Vector256<float> c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero;
        Vector256<float> c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero;
        Vector256<float> c31 = Vector256<float>.Zero;
        if (accumulate)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + cRow);
            c11 = Vector256.Load(c + cRow + 8);
            c20 = Vector256.Load(c + (2 * cRow));
            c21 = Vector256.Load(c + (2 * cRow) + 8);
            c30 = Vector256.Load(c + (3 * cRow));
            c31 = Vector256.Load(c + (3 * cRow) + 8);
        }

        for (int k = 0; k < K; k++)
        {
            Vector256<float> b0 = Vector256.Load(panel);
            Vector256<float> b1 = Vector256.Load(panel + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[aRow]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2 * aRow]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3 * aRow]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 8);
        c20.Store(c + (2 * cRow));
        c21.Store(c + (2 * cRow) + 8);
        c30.Store(c + (3 * cRow));
        c31.Store(c + (3 * cRow) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector256<float> c00 = Vector256<float>.Zero;
        Vector256<float> c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero;
        Vector256<float> c11 = Vector256<float>.Zero;
        if (accumulate)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + cRow);
            c11 = Vector256.Load(c + cRow + 8);
        }

        for (int k = 0; k < K; k++)
        {
            Vector256<float> b0 = Vector256.Load(panel);
            Vector256<float> b1 = Vector256.Load(panel + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[aRow]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(float* a, long aK, float* panel, int K, float* c, bool accumulate)
    {
        Vector256<float> c00 = Vector256<float>.Zero;
        Vector256<float> c01 = Vector256<float>.Zero;
        if (accumulate)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
        }

        for (int k = 0; k < K; k++)
        {
            Vector256<float> b0 = Vector256.Load(panel);
            Vector256<float> b1 = Vector256.Load(panel + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 8);
    }
}
