namespace Hone.Engine.Kernels.Cpu;

/// <summary>The tile as three plain loops: the specification of the others, and the `reference` path.</summary>
internal unsafe struct Tile1 : ITile
{
    public static int MaxRows => 6;

    public static void Multiply(
        float* a, long aRow, long aK, float* panel, int K, float* c, long cRow, int rows, bool accumulate)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < ITile.Columns; column++)
            {
                float sum = accumulate ? c[(row * cRow) + column] : 0f;
                for (int k = 0; k < K; k++)
                {
                    sum = MathF.FusedMultiplyAdd(a[(row * aRow) + (k * aK)], panel[(k * ITile.Columns) + column], sum);
                }

                c[(row * cRow) + column] = sum;
            }
        }
    }
}
