using System.Runtime.CompilerServices;
using Hone.Engine.Files;
using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void Pack(Tensor weight, PackedMatrix packed)
    {
        Require(weight, (long)packed.Outputs * packed.Inputs, nameof(weight));
        var job = new PackRowsJob(weight.Pointer, packed);
        _workers.Run(ref job, packed.Panels);
    }

    public override void Pack(MatrixValues weight, PackedMatrix packed)
    {
        var job = new PackValuesJob(weight, packed);
        _workers.Run(ref job, packed.Panels);
    }

    public override void PackTransposed(Tensor weight, PackedMatrix packed)
    {
        Require(weight, (long)packed.Outputs * packed.Inputs, nameof(weight));
        if (packed.Format != WeightFormat.F32)
        {
            throw new ArgumentException("Transposed panels serve gradients, which are taken in F32 only.", nameof(packed));
        }

        var job = new PackColumnsJob(weight.Pointer, packed.Outputs, packed.Inputs, packed.Floats);
        _workers.Run(ref job, Blocks(packed.Inputs, TokensPerItem));
    }

    // A stretch of k of one panel from rows that are rowLength apart. Padding was zero when the panel was made and stays so.
    [SkipLocalsInit]
    private static void PackStretch(float* rows, long rowLength, PackedMatrix packed, int panel, int k, int length)
    {
        int columns = ColumnsOf(packed, panel);
        long start = (((long)panel * packed.Inputs) + k) * Width;
        if (packed.Format == WeightFormat.F32)
        {
            Interleave(rows, rowLength, columns, length, packed.Floats + start);
            return;
        }

        float* stretch = stackalloc float[StretchK * Width];
        if (columns < Width)
        {
            new Span<float>(stretch, StretchK * Width).Clear();
        }

        Interleave(rows, rowLength, columns, length, stretch);
        NumberFormats.FloatToBFloat(
            new ReadOnlySpan<float>(stretch, length * Width), new Span<ushort>(packed.BFloats + start, length * Width));
    }

    private static int ColumnsOf(PackedMatrix packed, int panel) => Math.Min(Width, packed.Outputs - (panel * Width));

    private static void Interleave(float* rows, long rowLength, int columns, int length, float* panel)
    {
        for (int column = 0; column < columns; column++)
        {
            float* row = rows + (column * rowLength);
            for (int k = 0; k < length; k++)
            {
                panel[((long)k * Width) + column] = row[k];
            }
        }
    }

    private readonly struct PackRowsJob(float* weight, PackedMatrix packed) : IParallelJob
    {
        public void Execute(int item, int worker)
        {
            int inputs = packed.Inputs;
            float* rows = weight + ((long)item * Width * inputs);
            for (int k = 0; k < inputs; k += StretchK)
            {
                PackStretch(rows + k, inputs, packed, item, k, Math.Min(StretchK, inputs - k));
            }
        }
    }

    private readonly struct PackValuesJob(MatrixValues weight, PackedMatrix packed) : IParallelJob
    {
        [SkipLocalsInit]
        public void Execute(int item, int worker)
        {
            int columns = ColumnsOf(packed, item);
            float* rows = stackalloc float[StretchK * Width];
            for (int k = 0; k < packed.Inputs; k += StretchK)
            {
                int length = Math.Min(StretchK, packed.Inputs - k);
                for (int column = 0; column < columns; column++)
                {
                    weight((item * Width) + column, k, new Span<float>(rows + (column * StretchK), length));
                }

                PackStretch(rows, StretchK, packed, item, k, length);
            }
        }
    }
}
