using Hone.Training.Batches;
using Hone.Training.Grpo;
using Hone.Training.Losses;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>What a warm update leaves for the garbage collector does not depend on its tokens.</summary>
public class UpdateAllocationTests
{
    // The metrics handed to the caller and the iterator over passes: 248 measured.
    private const long BytesPerUpdate = 320;

    // The loss's metrics of the pass, their sum with those before, and the list of problems that its options do not have:
    // 224 measured.
    private const long BytesPerPass = 256;

    public static TheoryData<int, int, bool> Cases => new MatrixTheoryData<int, int, bool>([12, 60], [60, 100_000], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Warm_update_allocates_a_small_constant(int completionTokens, int microBatch, bool reference)
    {
        GrpoOptions options = TrainerCase.Options with
        {
            Steps = 9,
            UpdatesPerBatch = 3,
            GroupSize = 8,
            MaxCompletionTokens = completionTokens,
            MicroBatchTokens = microBatch,
            Loss = new PolicyLossOptions { KlCoefficient = reference ? 0.1 : 0 },
        };
        using var run = new TrainerCase(options, reference: reference);
        long ended = 0, bytes = long.MaxValue;
        RolloutBatch? trained = null;
        void Measure(StepMetrics metrics, RolloutBatch batch)
        {
            bytes = ended == 0 ? bytes : Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - ended);
            trained = batch;
            ended = GC.GetAllocatedBytesForCurrentThread();
        }

        // The runtime allocates now and then on its own account, so the update with the least counts; the first ones warm up.
        for (int i = 0; i < 3; i++)
        {
            run.Trainer.Step(Measure);
        }

        List<TokenGroup> groups = [];
        trained!.Select(all: reference, groups, []);
        int passes = MicroBatch.Cut(groups, microBatch).Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes for {trained.Tokens} tokens in {passes} passes");
        Assert.InRange(bytes, 0, BytesPerUpdate + (passes * BytesPerPass));
    }
}
