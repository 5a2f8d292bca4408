using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Decoding;

/// <summary>A warm decoding step leaves nothing for the garbage collector.</summary>
public class DecoderAllocationTests
{
    private const int Rows = 6, Short = 20, Long = 60;

    // The runtime allocates now and then on its own account, so the run with the least counts; the first one warms up.
    private const int Runs = 4;

    // Code that is not optimised yet, as on a busy machine, may allocate where optimised code does not; what allocates by
    // itself does so every time.
    private const int Attempts = 25;

    // Token, log-probability and entropy; the arrays' headers are the same for both lengths.
    private const int ResultBytesPerToken = sizeof(int) + (2 * sizeof(float));

    private static readonly SamplingRule[] Rules =
        [new SamplingRule(), new SamplingRule { Temperature = 0.7, TopK = 9, TopP = 0.95, MinP = 0.01 }];

    public static TheoryData<string, int> Cases => new MatrixTheoryData<string, int>(TinyModels.Names, [1, 2]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Longer_completions_allocate_their_arrays_and_no_more(string shape, int threads)
    {
        using KernelSet kernels = KernelSet.OnCpu(threads);
        using Transformer model = TinyModels.Make(shape, kernels);
        using var decoder = new Decoder(model, Rows);
        foreach (SamplingRule rule in Rules)
        {
            const long Expected = Rows * (Long - Short) * ResultBytesPerToken;
            long difference = 0;
            for (int attempt = 0; attempt < Attempts && difference != Expected; attempt++)
            {
                difference = Allocated(decoder, rule, Requests(model, Long)) - Allocated(decoder, rule, Requests(model, Short));
            }

            Assert.Equal(Expected, difference);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_between_the_start_and_the_end_of_completions_allocate_nothing(string shape, int threads)
    {
        using KernelSet kernels = KernelSet.OnCpu(threads);
        using Transformer model = TinyModels.Make(shape, kernels);
        using var decoder = new Decoder(model, Rows);

        // Half as many places as completions, so that the second half starts while others go on.
        GenerationRequest[] requests = [.. Requests(model, Long), .. Requests(model, Short), .. Requests(model, Short - 7)];
        foreach (SamplingRule rule in Rules)
        {
            // By step: bytes allocated so far, and completions done.
            var steps = new List<(long Bytes, int Finished)>(capacity: 1000);
            void Record(int finished) => steps.Add((GC.GetAllocatedBytesForCurrentThread(), finished));
            long least = long.MaxValue;
            for (int run = 0; run < Runs * Attempts && least > 0; run++)
            {
                steps.Clear();
                Generate(decoder, rule, requests, Record);
                int quiet = 0;
                long bytes = 0;
                for (int i = 2; i < steps.Count; i++)
                {
                    // Where one ends, the step allocates its arrays, and the step after may start another.
                    if (steps[i].Finished == steps[i - 2].Finished)
                    {
                        bytes += steps[i].Bytes - steps[i - 1].Bytes;
                        quiet++;
                    }
                }

                Assert.InRange(quiet, Long, steps.Count);
                least = Math.Min(least, bytes);
            }

            Assert.Equal(0, least);
        }
    }

    private static long Allocated(Decoder decoder, SamplingRule rule, GenerationRequest[] requests)
    {
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Generate(decoder, rule, requests, null);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    // No end token, so that every completion has all its tokens.
    private static void Generate(Decoder decoder, SamplingRule rule, GenerationRequest[] requests, Action<int>? finished) =>
        decoder.Generate(requests, rule, [], finished, cancel: TestContext.Current.CancellationToken);

    private static GenerationRequest[] Requests(Transformer model, int tokens) =>
    [
        .. new[] { 7, 33 }.Select((length, i) => new GenerationRequest(
            Values.Tokens(i, length, model.Config.VocabularySize), [.. Enumerable.Range(0, Rows / 2).Select(seed => (ulong)seed)], tokens)),
    ];
}
