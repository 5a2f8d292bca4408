using Hone.Engine.Kernels;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// The kernel paths. A processor without wide registers runs the wide ones in pieces, with the same bits.
/// </summary>
internal static class Paths
{
    public static TheoryData<KernelPath> All => [.. Enum.GetValues<KernelPath>()];

    public static KernelSet Open(KernelPath path, int threads = 1) => KernelSet.OnCpu(threads, path);
}
