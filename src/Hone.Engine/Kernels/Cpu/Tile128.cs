using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Matrix tiles of up to 6 rows by 16 columns in 128-bit registers: 24 accumulators of 4 lanes,
/// 4 for the panel's row and one for the broadcast element. Each accumulator adds its products in the order of k.
/// </summary>
internal unsafe struct Tile128 : ITile
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
        Vector128<float> c00 = Vector128<float>.Zero;
        Vector128<float> c01 = Vector128<float>.Zero;
        Vector128<float> c02 = Vector128<float>.Zero;
        Vector128<float> c03 = Vector128<float>.Zero;
        Vector128<float> c10 = Vector128<float>.Zero;
        Vector128<float> c11 = Vector128<float>.Zero;
        Vector128<float> c12 = Vector128<float>.Zero;
        Vector128<float> c13 = Vector128<float>.Zero;
        Vector128<float> c20 = Vector128<float>.Zero;
        Vector128<float> c21 = Vector128<float>.Zero;
        Vector128<float> c22 = Vector128<float>.Zero;
        Vector128<float> c23 = Vector128<float>.Zero;
        Vector128<float> c30 = Vector128<float>.Zero;
        Vector128<float> c31 = Vector128<float>.Zero;
        Vector128<float> c32 = Vector128<float>.Zero;
        Vector128<float> c33 = Vector128<float>.Zero;
        Vector128<float> c40 = Vector128<float>.Zero;
        Vector128<float> c41 = Vector128<float>.Zero;
        Vector128<float> c42 = Vector128<float>.Zero;
        Vector128<float> c43 = Vector128<float>.Zero;
        Vector128<float> c50 = Vector128<float>.Zero;
        Vector128<float> c51 = Vector128<float>.Zero;
        Vector128<float> c52 = Vector128<float>.Zero;
        Vector128<float> c53 = Vector128<float>.Zero;
        if (accumulate)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c02 = Vector128.Load(c + 8);
            c03 = Vector128.Load(c + 12);
            c10 = Vector128.Load(c + cRow);
            c11 = Vector128.Load(c + cRow + 4);
            c12 = Vector128.Load(c + cRow + 8);
            c13 = Vector128.Load(c + cRow + 12);
            c20 = Vector128.Load(c + (2 * cRow));
            c21 = Vector128.Load(c + (2 * cRow) + 4);
            c22 = Vector128.Load(c + (2 * cRow) + 8);
            c23 = Vector128.Load(c + (2 * cRow) + 12);
            c30 = Vector128.Load(c + (3 * cRow));
            c31 = Vector128.Load(c + (3 * cRow) + 4);
            c32 = Vector128.Load(c + (3 * cRow) + 8);
            c33 = Vector128.Load(c + (3 * cRow) + 12);
            c40 = Vector128.Load(c + (4 * cRow));
            c41 = Vector128.Load(c + (4 * cRow) + 4);
            c42 = Vector128.Load(c + (4 * cRow) + 8);
            c43 = Vector128.Load(c + (4 * cRow) + 12);
            c50 = Vector128.Load(c + (5 * cRow));
            c51 = Vector128.Load(c + (5 * cRow) + 4);
            c52 = Vector128.Load(c + (5 * cRow) + 8);
            c53 = Vector128.Load(c + (5 * cRow) + 12);
        }

        for (int k = 0; k < K; k++)
        {
            Vector128<float> b0 = Vector128.Load(panel);
            Vector128<float> b1 = Vector128.Load(panel + 4);
            Vector128<float> b2 = Vector128.Load(panel + 8);
            Vector128<float> b3 = Vector128.Load(panel + 12);
            Vector128<float> x = Vector128.Create(*a);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector128.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector128.FusedMultiplyAdd(x, b3, c03);
            x = Vector128.Create(a[aRow]);
            c10 = Vector128.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector128.FusedMultiplyAdd(x, b1, c11);
            c12 = Vector128.FusedMultiplyAdd(x, b2, c12);
            c13 = Vector128.FusedMultiplyAdd(x, b3, c13);
            x = Vector128.Create(a[2 * aRow]);
            c20 = Vector128.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector128.FusedMultiplyAdd(x, b1, c21);
            c22 = Vector128.FusedMultiplyAdd(x, b2, c22);
            c23 = Vector128.FusedMultiplyAdd(x, b3, c23);
            x = Vector128.Create(a[3 * aRow]);
            c30 = Vector128.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector128.FusedMultiplyAdd(x, b1, c31);
            c32 = Vector128.FusedMultiplyAdd(x, b2, c32);
            c33 = Vector128.FusedMultiplyAdd(x, b3, c33);
            x = Vector128.Create(a[4 * aRow]);
            c40 = Vector128.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector128.FusedMultiplyAdd(x, b1, c41);
            c42 = Vector128.FusedMultiplyAdd(x, b2, c42);
            c43 = Vector128.FusedMultiplyAdd(x, b3, c43);
            x = Vector128.Create(a[5 * aRow]);
            c50 = Vector128.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector128.FusedMultiplyAdd(x, b1, c51);
            c52 = Vector128.FusedMultiplyAdd(x, b2, c52);
            c53 = Vector128.FusedMultiplyAdd(x, b3, c53);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c03.Store(c + 12);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 4);
        c12.Store(c + cRow + 8);
        c13.Store(c + cRow + 12);
        c20.Store(c + (2 * cRow));
        c21.Store(c + (2 * cRow) + 4);
        c22.Store(c + (2 * cRow) + 8);
        c23.Store(c + (2 * cRow) + 12);
        c30.Store(c + (3 * cRow));
        c31.Store(c + (3 * cRow) + 4);
        c32.Store(c + (3 * cRow) + 8);
        c33.Store(c + (3 * cRow) + 12);
        c40.Store(c + (4 * cRow));
        c41.Store(c + (4 * cRow) + 4);
        c42.Store(c + (4 * cRow) + 8);
        c43.Store(c + (4 * cRow) + 12);
        c50.Store(c + (5 * cRow));
        c51.Store(c + (5 * cRow) + 4);
        c52.Store(c + (5 * cRow) + 8);
        c53.Store(c + (5 * cRow) + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector128<float> c00 = Vector128<float>.Zero;
        Vector128<float> c01 = Vector128<float>.Zero;
        Vector128<float> c02 = Vector128<float>.Zero;
        Vector128<float> c03 = Vector128<float>.Zero;
        Vector128<float> c10 = Vector128<float>.Zero;
        Vector128<float> c11 = Vector128<float>.Zero;
        Vector128<float> c12 = Vector128<float>.Zero;
        Vector128<float> c13 = Vector128<float>.Zero;
        Vector128<float> c20 = Vector128<float>.Zero;
        Vector128<float> c21 = Vector128<float>.Zero;
        Vector128<float> c22 = Vector128<float>.Zero;
        Vector128<float> c23 = Vector128<float>.Zero;
        Vector128<float> c30 = Vector128<float>.Zero;
        Vector128<float> c31 = Vector128<float>.Zero;
        Vector128<float> c32 = Vector128<float>.Zero;
        Vector128<float> c33 = Vector128<float>.Zero;
        if (accumulate)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c02 = Vector128.Load(c + 8);
            c03 = Vector128.Load(c + 12);
            c10 = Vector128.Load(c + cRow);
            c11 = Vector128.Load(c + cRow + 4);
            c12 = Vector128.Load(c + cRow + 8);
            c13 = Vector128.Load(c + cRow + 12);
            c20 = Vector128.Load(c + (2 * cRow));
            c21 = Vector128.Load(c + (2 * cRow) + 4);
            c22 = Vector128.Load(c + (2 * cRow) + 8);
            c23 = Vector128.Load(c + (2 * cRow) + 12);
            c30 = Vector128.Load(c + (3 * cRow));
            c31 = Vector128.Load(c + (3 * cRow) + 4);
            c32 = Vector128.Load(c + (3 * cRow) + 8);
            c33 = Vector128.Load(c + (3 * cRow) + 12);
        }

        for (int k = 0; k < K; k++)
        {
            Vector128<float> b0 = Vector128.Load(panel);
            Vector128<float> b1 = Vector128.Load(panel + 4);
            Vector128<float> b2 = Vector128.Load(panel + 8);
            Vector128<float> b3 = Vector128.Load(panel + 12);
            Vector128<float> x = Vector128.Create(*a);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector128.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector128.FusedMultiplyAdd(x, b3, c03);
            x = Vector128.Create(a[aRow]);
            c10 = Vector128.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector128.FusedMultiplyAdd(x, b1, c11);
            c12 = Vector128.FusedMultiplyAdd(x, b2, c12);
            c13 = Vector128.FusedMultiplyAdd(x, b3, c13);
            x = Vector128.Create(a[2 * aRow]);
            c20 = Vector128.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector128.FusedMultiplyAdd(x, b1, c21);
            c22 = Vector128.FusedMultiplyAdd(x, b2, c22);
            c23 = Vector128.FusedMultiplyAdd(x, b3, c23);
            x = Vector128.Create(a[3 * aRow]);
            c30 = Vector128.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector128.FusedMultiplyAdd(x, b1, c31);
            c32 = Vector128.FusedMultiplyAdd(x, b2, c32);
            c33 = Vector128.FusedMultiplyAdd(x, b3, c33);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c03.Store(c + 12);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 4);
        c12.Store(c + cRow + 8);
        c13.Store(c + cRow + 12);
        c20.Store(c + (2 * cRow));
        c21.Store(c + (2 * cRow) + 4);
        c22.Store(c + (2 * cRow) + 8);
        c23.Store(c + (2 * cRow) + 12);
        c30.Store(c + (3 * cRow));
        c31.Store(c + (3 * cRow) + 4);
        c32.Store(c + (3 * cRow) + 8);
        c33.Store(c + (3 * cRow) + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, bool accumulate)
    {
        Vector128<float> c00 = Vector128<float>.Zero;
        Vector128<float> c01 = Vector128<float>.Zero;
        Vector128<float> c02 = Vector128<float>.Zero;
        Vector128<float> c03 = Vector128<float>.Zero;
        Vector128<float> c10 = Vector128<float>.Zero;
        Vector128<float> c11 = Vector128<float>.Zero;
        Vector128<float> c12 = Vector128<float>.Zero;
        Vector128<float> c13 = Vector128<float>.Zero;
        if (accumulate)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c02 = Vector128.Load(c + 8);
            c03 = Vector128.Load(c + 12);
            c10 = Vector128.Load(c + cRow);
            c11 = Vector128.Load(c + cRow + 4);
            c12 = Vector128.Load(c + cRow + 8);
            c13 = Vector128.Load(c + cRow + 12);
        }

        for (int k = 0; k < K; k++)
        {
            Vector128<float> b0 = Vector128.Load(panel);
            Vector128<float> b1 = Vector128.Load(panel + 4);
            Vector128<float> b2 = Vector128.Load(panel + 8);
            Vector128<float> b3 = Vector128.Load(panel + 12);
            Vector128<float> x = Vector128.Create(*a);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector128.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector128.FusedMultiplyAdd(x, b3, c03);
            x = Vector128.Create(a[aRow]);
            c10 = Vector128.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector128.FusedMultiplyAdd(x, b1, c11);
            c12 = Vector128.FusedMultiplyAdd(x, b2, c12);
            c13 = Vector128.FusedMultiplyAdd(x, b3, c13);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c03.Store(c + 12);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 4);
        c12.Store(c + cRow + 8);
        c13.Store(c + cRow + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(float* a, long aK, float* panel, int K, float* c, bool accumulate)
    {
        Vector128<float> c00 = Vector128<float>.Zero;
        Vector128<float> c01 = Vector128<float>.Zero;
        Vector128<float> c02 = Vector128<float>.Zero;
        Vector128<float> c03 = Vector128<float>.Zero;
        if (accumulate)
        {
            c00 = Vector128.Load(c);
            c01 = Vector128.Load(c + 4);
            c02 = Vector128.Load(c + 8);
            c03 = Vector128.Load(c + 12);
        }

        for (int k = 0; k < K; k++)
        {
            Vector128<float> b0 = Vector128.Load(panel);
            Vector128<float> b1 = Vector128.Load(panel + 4);
            Vector128<float> b2 = Vector128.Load(panel + 8);
            Vector128<float> b3 = Vector128.Load(panel + 12);
            Vector128<float> x = Vector128.Create(*a);
            c00 = Vector128.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector128.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector128.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector128.FusedMultiplyAdd(x, b3, c03);
            a += aK;
            panel += ITile.Columns;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c03.Store(c + 12);
    }
}
