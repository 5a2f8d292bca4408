using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels;

/// <summary>Which implementation of the kernels runs; printed at start and written to run.json.</summary>
public enum KernelPath
{
    /// <summary>Plain loops, one float at a time.</summary>
    Reference,

    /// <summary>128-bit registers: ARM64, and x86 without AVX2.</summary>
    V128,

    /// <summary>256-bit registers: AVX2 with FMA.</summary>
    V256,

    /// <summary>512-bit registers: AVX-512.</summary>
    V512,
}

/// <summary>Choice of the kernel path.</summary>
public static class KernelPaths
{
    /// <summary>The environment variable that forces a path: `reference`, `v128`, `v256` or `v512`.</summary>
    public const string Variable = "HONE_KERNELS";

    /// <summary>The widest path that this processor runs in hardware.</summary>
    public static KernelPath Best =>
        Vector512.IsHardwareAccelerated ? KernelPath.V512
        : Vector256.IsHardwareAccelerated ? KernelPath.V256
        : Vector128.IsHardwareAccelerated ? KernelPath.V128
        : KernelPath.Reference;

    /// <summary>The path that <see cref="Variable"/> names, or <see cref="Best"/> where it is not set.</summary>
    /// <exception cref="ArgumentException">The variable names no path.</exception>
    public static KernelPath Chosen()
    {
        string? name = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(name))
        {
            return Best;
        }

        return Enum.TryParse(name, ignoreCase: true, out KernelPath path) && Enum.IsDefined(path) && !char.IsDigit(name[0])
            ? path
            : throw new ArgumentException(
                $"{Variable}={name}: expected reference, v128, v256 or v512. Hint: unset it to let the processor decide.");
    }

    /// <summary>The path's name as <see cref="Variable"/> spells it.</summary>
    public static string Name(this KernelPath path) => path switch
    {
        KernelPath.V128 => "v128",
        KernelPath.V256 => "v256",
        KernelPath.V512 => "v512",
        _ => "reference",
    };
}
