namespace Hone.Cli.Tests;

public sealed class MachineMemoryTests
{
    [Fact]
    public void TheKernelsEstimateIsReadInBytes()
    {
        Assert.Equal(2048, MachineMemory.FreeOfMachine("MemTotal:  9 kB\nMemAvailable:       2 kB\nBuffers: 1 kB\n"));
        Assert.Null(MachineMemory.FreeOfMachine("MemTotal: 9 kB\n"));
        Assert.Null(MachineMemory.FreeOfMachine(null));
    }

    [Theory]
    [InlineData("1000\n", "300\n", "anon 100\ninactive_file 50\n", 750L)]
    [InlineData("1000\n", "300\n", null, 700L)]
    [InlineData("1000\n", "1300\n", null, 0L)]
    [InlineData("max\n", "300\n", null, null)]
    [InlineData(null, null, null, null)]
    public void AContainersLimitCountsWithoutWhatIsInUse(string? limit, string? current, string? statistics, long? expected) =>
        Assert.Equal(expected, MachineMemory.FreeOfContainer(limit, current, statistics));
}
