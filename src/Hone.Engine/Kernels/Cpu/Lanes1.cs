namespace Hone.Engine.Kernels.Cpu;

/// <summary>One float: with it the kernels are plain loops, which is the `reference` path.</summary>
internal readonly unsafe struct Lanes1 : ILanes<Lanes1>
{
    private readonly float _value;

    public Lanes1(float value) => _value = value;

    public static int Count => 1;

    public static Lanes1 Zero => default;

    public static Lanes1 Splat(float value) => new(value);

    public static Lanes1 Load(float* source) => new(*source);

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._value + b._value);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._value - b._value);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._value * b._value);

    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._value / b._value);

    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) =>
        new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes1 Max(Lanes1 a, Lanes1 b) => new(float.MaxNative(a._value, b._value));

    public static Lanes1 Min(Lanes1 a, Lanes1 b) => new(float.MinNative(a._value, b._value));

    public static Lanes1 Sqrt(Lanes1 a) => new(MathF.Sqrt(a._value));

    public static Lanes1 ShiftIntoExponent(Lanes1 a) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a._value) << 23));

    public static float Sum(Lanes1 a) => a._value;

    public static float Largest(Lanes1 a) => a._value;

    public static Lanes1 LargestInAll(Lanes1 a) => a;

    public static Lanes1 First(Lanes1 a, int count, Lanes1 rest) => count > 0 ? a : rest;

    public void Store(float* destination) => *destination = _value;
}
