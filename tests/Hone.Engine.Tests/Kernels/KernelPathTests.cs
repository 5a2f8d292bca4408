using Hone.Engine.Kernels;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class KernelPathTests
{
    public static TheoryData<KernelPath> All => Paths.All;

    [Fact]
    public void Lane_has_the_instructions_that_it_says()
    {
        // A switch that the runtime no longer knows is ignored in silence, so each CI lane names the path it must get.
        string? expected = Environment.GetEnvironmentVariable("HONE_EXPECTED_PATH");
        Assert.SkipWhen(string.IsNullOrEmpty(expected), "HONE_EXPECTED_PATH is not set: this is no lane.");
        Assert.Equal(expected, KernelPaths.Best.Name());
        using KernelSet kernels = KernelSet.OnCpu(1);
        Assert.Equal(expected, kernels.Path.Name());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kernels_are_those_asked_for(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 3);
        Assert.Equal(path, kernels.Path);
        Assert.Equal(3, kernels.Threads);
        Assert.Contains(
            path switch { KernelPath.V512 => "Lanes512", KernelPath.V256 => "Lanes256", KernelPath.V128 => "Lanes128", _ => "Lanes1," },
            kernels.GetType().FullName, StringComparison.Ordinal);
    }
}
