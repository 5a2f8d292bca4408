using System.Runtime.CompilerServices;

namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// Reductions and maps of one row. A sum runs in four vector chains over the body, adds them pairwise, adds the lanes
/// across, then the tail one by one: an order that only the row's length and the lane width decide.
/// </summary>
internal static unsafe class Rows
{
    public static float Dot<TLanes>(float* a, float* b, int length)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
        int n = TLanes.Count;
        int i = 0;
        for (; i <= length - (4 * n); i += 4 * n)
        {
            s0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), s0);
            s1 = TLanes.MultiplyAdd(TLanes.Load(a + i + n), TLanes.Load(b + i + n), s1);
            s2 = TLanes.MultiplyAdd(TLanes.Load(a + i + (2 * n)), TLanes.Load(b + i + (2 * n)), s2);
            s3 = TLanes.MultiplyAdd(TLanes.Load(a + i + (3 * n)), TLanes.Load(b + i + (3 * n)), s3);
        }

        for (; i <= length - n; i += n)
        {
            s0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), s0);
        }

        float sum = TLanes.Sum((s0 + s1) + (s2 + s3));
        for (; i < length; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    public static float Largest<TLanes>(float* a, int length)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes m = TLanes.Splat(float.NegativeInfinity);
        int i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            m = TLanes.Max(m, TLanes.Load(a + i));
        }

        float largest = TLanes.Largest(m);
        for (; i < length; i++)
        {
            largest = MathF.Max(largest, a[i]);
        }

        return largest;
    }

    /// <summary>a[i] = e^(a[i]*scale - shift); returns the sum.</summary>
    public static float Exponentiate<TLanes>(float* a, int length, float scale, float shift)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Zero;
        TLanes factor = TLanes.Splat(scale);
        TLanes offset = TLanes.Splat(shift);
        int i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            TLanes e = Exponential.Of((TLanes.Load(a + i) * factor) - offset);
            e.Store(a + i);
            sum += e;
        }

        float total = TLanes.Sum(sum);
        for (; i < length; i++)
        {
            Lanes1 e = Exponential.Of((Lanes1.Load(a + i) * new Lanes1(scale)) - new Lanes1(shift));
            e.Store(a + i);
            total += a[i];
        }

        return total;
    }

    public static void Scale<TLanes>(float* a, int length, float factor)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes f = TLanes.Splat(factor);
        int i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            (TLanes.Load(a + i) * f).Store(a + i);
        }

        for (; i < length; i++)
        {
            a[i] *= factor;
        }
    }

    /// <summary>a = softmax(a).</summary>
    public static void Softmax<TLanes>(float* a, int length)
        where TLanes : struct, ILanes<TLanes>
    {
        float sum = Exponentiate<TLanes>(a, length, 1f, Largest<TLanes>(a, length));
        Scale<TLanes>(a, length, 1f / sum);
    }

    /// <summary>
    /// As <see cref="Softmax"/> for rows of their own lengths, in whole vectors: a row has room up to the next multiple of 16,
    /// and past its length zeros go to the end of the last vector, and on to <paramref name="end"/>. A row's result depends
    /// on its own length alone. Each step runs over all rows before the next, so that a short row's steps, which wait for
    /// each other, overlap with other rows'.
    /// </summary>
    public static void SoftmaxRows<TLanes>(float* a, long stride, int rows, int* lengths, int end, float scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = TLanes.Count;
        TLanes factor = TLanes.Splat(scale), lowest = TLanes.Splat(float.NegativeInfinity);
        float* each = stackalloc float[rows * n];
        float* row = a;
        for (int r = 0; r < rows; r++, row += stride)
        {
            int whole = lengths[r] / n * n;
            TLanes largest = lowest;
            for (int i = 0; i < whole; i += n)
            {
                largest = TLanes.Max(largest, TLanes.Load(row + i));
            }

            if (whole < lengths[r])
            {
                largest = TLanes.Max(largest, TLanes.First(TLanes.Load(row + whole), lengths[r] - whole, lowest));
            }

            (TLanes.Zero - (TLanes.LargestInAll(largest) * factor)).Store(each + (r * n));
        }

        row = a;
        for (int r = 0; r < rows; r++, row += stride)
        {
            int whole = lengths[r] / n * n;
            TLanes shift = TLanes.Load(each + (r * n)), sum = TLanes.Zero;
            for (int i = 0; i < whole; i += n)
            {
                TLanes e = Exponential.Of(TLanes.MultiplyAdd(TLanes.Load(row + i), factor, shift));
                e.Store(row + i);
                sum += e;
            }

            if (whole < lengths[r])
            {
                TLanes e = Exponential.Of(TLanes.MultiplyAdd(TLanes.Load(row + whole), factor, shift));
                e = TLanes.First(e, lengths[r] - whole, TLanes.Zero);
                e.Store(row + whole);
                sum += e;
            }

            TLanes.Splat(1f / TLanes.Sum(sum)).Store(each + (r * n));
        }

        row = a;
        for (int r = 0; r < rows; r++, row += stride)
        {
            TLanes inverse = TLanes.Load(each + (r * n));
            int i = 0;
            for (; i < lengths[r]; i += n)
            {
                (TLanes.Load(row + i) * inverse).Store(row + i);
            }

            for (; i < end; i += n)
            {
                TLanes.Zero.Store(row + i);
            }
        }
    }

    /// <summary>
    /// ds = p * (ds - sum(p * ds)) * scale for rows of their own lengths, and zeros past them as <see cref="SoftmaxRows"/>
    /// writes into p; what stands there in ds is not read.
    /// </summary>
    public static void SoftmaxGradientRows<TLanes>(
        float* p, float* ds, long stride, int rows, int* lengths, int end, float scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = TLanes.Count;
        float* each = stackalloc float[rows * n];
        for (int r = 0; r < rows; r++)
        {
            float* pRow = p + (r * stride), dsRow = ds + (r * stride);
            int whole = lengths[r] / n * n;
            TLanes s0 = TLanes.Zero, s1 = TLanes.Zero;
            int i = 0;
            for (; i <= whole - (2 * n); i += 2 * n)
            {
                s0 = TLanes.MultiplyAdd(TLanes.Load(pRow + i), TLanes.Load(dsRow + i), s0);
                s1 = TLanes.MultiplyAdd(TLanes.Load(pRow + i + n), TLanes.Load(dsRow + i + n), s1);
            }

            if (i < whole)
            {
                s0 = TLanes.MultiplyAdd(TLanes.Load(pRow + i), TLanes.Load(dsRow + i), s0);
            }

            if (whole < lengths[r])
            {
                TLanes last = TLanes.First(TLanes.Load(dsRow + whole), lengths[r] - whole, TLanes.Zero);
                last.Store(dsRow + whole);
                s1 = TLanes.MultiplyAdd(TLanes.Load(pRow + whole), last, s1);
            }

            TLanes.Splat(TLanes.Sum(s0 + s1)).Store(each + (r * n));
        }

        TLanes factor = TLanes.Splat(scale);
        for (int r = 0; r < rows; r++)
        {
            float* pRow = p + (r * stride), dsRow = ds + (r * stride);
            TLanes mean = TLanes.Load(each + (r * n));
            int i = 0;
            for (; i < lengths[r]; i += n)
            {
                (TLanes.Load(pRow + i) * (TLanes.Load(dsRow + i) - mean) * factor).Store(dsRow + i);
            }

            for (; i < end; i += n)
            {
                TLanes.Zero.Store(dsRow + i);
            }
        }
    }

    /// <summary>ln(sum of e^logits), and through it the entropy, self-certainty and any log-probability.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static RowStatistics Statistics<TLanes>(float* logits, int length)
        where TLanes : struct, ILanes<TLanes>
    {
        float largest = Largest<TLanes>(logits, length);
        TLanes shift = TLanes.Splat(largest);
        TLanes sum = TLanes.Zero, weighted = TLanes.Zero, shifted = TLanes.Zero;
        int i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            TLanes z = TLanes.Load(logits + i) - shift;
            TLanes e = Exponential.Of(z);
            sum += e;
            weighted = TLanes.MultiplyAdd(e, z, weighted);
            shifted += z;
        }

        float total = TLanes.Sum(sum), totalWeighted = TLanes.Sum(weighted), totalShifted = TLanes.Sum(shifted);
        for (; i < length; i++)
        {
            Lanes1 z = new(logits[i] - largest);
            float value, e;
            z.Store(&value);
            Exponential.Of(z).Store(&e);
            total += e;
            totalWeighted = MathF.FusedMultiplyAdd(e, value, totalWeighted);
            totalShifted += value;
        }

        return new RowStatistics(length, largest, total, totalWeighted, totalShifted);
    }
}

/// <summary>
/// What a row of V logits z sums to: m = max z, sum of e^(z-m), sum of (z-m) e^(z-m), and sum of z-m.
/// </summary>
internal readonly record struct RowStatistics(int V, float Largest, float Sum, float Weighted, float Shifted)
{
    public float LogProb(float logit) => (logit - Largest) - (float)Math.Log(Sum);

    public float Entropy => (float)Math.Log(Sum) - (Weighted / Sum);

    // -(1/V) sum ln(V p_v), for ln p_v = (z_v - m) - ln sum.
    public float SelfCertainty => (float)(Math.Log(Sum) - ((double)Shifted / V) - Math.Log(V));
}
