namespace Hone.Benchmarks;

/// <summary>What limits a kernel, and so what its rate counts.</summary>
public enum WorkUnit
{
    /// <summary>Floating-point operations, a multiply-add being two.</summary>
    Operations,

    /// <summary>Bytes read from and written to tensors, each element once per pass over it.</summary>
    Bytes,
}

/// <summary>What one call of a kernel does.</summary>
/// <param name="Amount">How many of the unit.</param>
/// <param name="Unit">What is counted.</param>
public readonly record struct Work(double Amount, WorkUnit Unit)
{
    /// <summary>Floating-point operations.</summary>
    public static Work Operations(double count) => new(count, WorkUnit.Operations);

    /// <summary>Reads and writes of floats.</summary>
    public static Work Floats(double count) => new(sizeof(float) * count, WorkUnit.Bytes);
}
