namespace Hone.Engine.Kernels.Cpu;

/// <summary>
/// A vector of floats of one width. Kernels are written once over this and compiled once for each width. Every operation
/// rounds as IEEE 754 says, so an element's result depends on the width only where lanes are added across.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Splat(float value);

    static abstract TSelf Load(float* source);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a*b + c with one rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Min(TSelf a, TSelf b);

    static abstract TSelf Sqrt(TSelf a);

    /// <summary>Reads each lane's bits as an integer, shifts left by 23 and reads the result as a float.</summary>
    static abstract TSelf ShiftIntoExponent(TSelf a);

    /// <summary>Adds the lanes in an order that depends on the width alone.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>The largest lane.</summary>
    static abstract float Largest(TSelf a);

    /// <summary>The largest lane, in every lane.</summary>
    static abstract TSelf LargestInAll(TSelf a);

    /// <summary>The first <paramref name="count"/> lanes of a, then lanes of <paramref name="rest"/>.</summary>
    static abstract TSelf First(TSelf a, int count, TSelf rest);

    void Store(float* destination);
}
