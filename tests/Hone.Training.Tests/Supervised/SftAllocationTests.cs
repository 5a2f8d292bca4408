using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Supervised;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Supervised;

/// <summary>What a warm update leaves for the garbage collector does not depend on its tokens or the data set's rows.</summary>
public class SftAllocationTests
{
    // The figures handed to the caller, an iterator over passes and one over rows: 160 measured.
    private const long BytesPerUpdate = 200;

    [Theory]
    [InlineData(10, 40)]
    [InlineData(10, 100_000)]
    [InlineData(100, 100_000)]
    public void Warm_update_allocates_a_small_constant(int length, int microBatch)
    {
        TokenGroup row = new([1, 2, 3], [[.. Enumerable.Range(0, length)]]);
        using Kernels kernels = Kernels.OnCpu(1);
        using Transformer model = TinyPolicy.Make(kernels);
        var options = new SftOptions { Steps = 40, BatchSize = 8, MicroBatchTokens = microBatch };
        using var trainer = new SftTrainer(model, [.. Enumerable.Repeat(row, 500)], options);
        long bytes = long.MaxValue;

        // The runtime allocates now and then on its own account, so the step with the least counts; the first ones warm up.
        for (int step = 0; step < 40 && bytes > BytesPerUpdate; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Step();
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes for {8 * length} tokens");
        Assert.InRange(bytes, 0, BytesPerUpdate);
    }
}
