using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Inference;
using Hone.Training.Batches;
using Hone.Training.Grpo;
using Hone.Training.Supervised;

namespace Hone.Cli.Benchmarks;

/// <summary>What was measured.</summary>
/// <param name="Parameters">Trained values of the model.</param>
/// <param name="Seconds">Median seconds of a run.</param>
/// <param name="TokensPerSecond">Tokens of the batch over the median.</param>
/// <param name="MeanTokensPerSecond">Tokens of all runs over their time, pauses of the machine included.</param>
/// <param name="Gflops">
/// Model operations over the median, in 1e9/s: 2 per parameter and token, 6 in training, 4 where the weights are frozen.
/// </param>
/// <param name="Runs">Counted runs.</param>
internal sealed record Measurement(long Parameters, double Seconds, double TokensPerSecond, double MeanTokensPerSecond, double Gflops, int Runs);

/// <summary>An update with the prompt computed once for its group, and once for each completion.</summary>
/// <param name="SharedSeconds">Median seconds with the prompt computed once.</param>
/// <param name="RepeatedSeconds">Median seconds with the prompt computed for each completion.</param>
/// <param name="EqualLogProbs">Whether both gave every completion token the same log-prob, bit for bit.</param>
internal sealed record SharedPromptMeasurement(double SharedSeconds, double RepeatedSeconds, bool EqualLogProbs);

/// <summary>Times the three jobs of a run on a random model.</summary>
internal sealed class BenchmarkRunner(Kernels kernels, TimeProvider time)
{
    private const double SecondsOfRuns = 5;
    private const int FewestRuns = 3;
    private const double PeakSeconds = 0.1;

    /// <summary>Measures one mode: train, score or decode.</summary>
    /// <param name="mode">The job.</param>
    /// <param name="shape">The model and batch.</param>
    /// <param name="format">How products see the weights; F32 to train.</param>
    /// <param name="loraRank">Rank of adapters on every projection that are trained in place of the model; 0 trains the model.</param>
    /// <param name="warm">Told when the first, uncounted runs are over.</param>
    public Measurement Measure(string mode, BenchmarkShape shape, WeightFormat format, int loraRank, Action warm)
    {
        using var model = new Transformer(
            shape.Config, kernels, format, mode == "train" ? ModelUse.Training : ModelUse.Inference);
        ModelInitialization.Randomize(model, seed: 1);
        if (loraRank > 0)
        {
            var adapters = new LoraAdapters(shape.Config, new LoraConfig { Rank = loraRank }, kernels);
            model.Adapt(adapters);
            LoraInitialization.Randomize(adapters, seed: 1);
        }

        int[][] sequences = [.. Enumerable.Range(0, shape.Batch).Select(row => Sequence(shape, shape.Sequence, row))];
        using IDisposable state = mode switch
        {
            "train" => new TrainingStep(model, Passes(sequences, new SftOptions().MicroBatchTokens)),
            "score" => new Activations(model.Config, ActivationMode.Discard),
            _ => new Decoder(model, shape.Batch),
        };
        BenchmarkPass[] passes = Passes(sequences, LocalModel.PassTokens);
        Action run = mode switch
        {
            "train" => ((TrainingStep)state).Run,
            "score" => () => Score(model, (Activations)state, passes),
            _ => () => Decode((Decoder)state, shape),
        };
        List<double> seconds = Time(run, warm);
        double median = Median(seconds);
        long parameters = model.Parameters.Layout.Count;
        double tokens = (double)shape.Batch * shape.Sequence;
        double operations = (mode != "train" ? 2.0 : loraRank > 0 ? 4.0 : 6.0) * parameters * tokens;
        return new Measurement(parameters, median, tokens / median, tokens / seconds.Average(), operations / median / 1e9, seconds.Count);
    }

    /// <summary>The rate of one product y = x W^T with all three sizes <paramref name="size"/>, in 1e9 operations a second.</summary>
    public double Product(int size)
    {
        long length = (long)size * size;
        using var arena = new Arena(3 * Arena.RoundUp(length));
        Tensor x = arena.Take(length), weight = arena.Take(length), y = arena.Take(length);
        for (int i = 0; i < length; i++)
        {
            x.Span[i] = (float)RandomNumbers.Uniform(1, i);
            weight.Span[i] = (float)RandomNumbers.Uniform(2, i);
        }

        using var packed = new PackedMatrix(size, size);
        kernels.Pack(weight, packed);
        double median = Median(Time(() => kernels.MatMul(x, packed, default, default, size, y), () => { }));
        return 2.0 * size * size * size / median / 1e9;
    }

    /// <summary>The registers' multiply-add rate on all threads together, in 1e9 operations a second.</summary>
    public double Peak()
    {
        int rounds = 1 << 16;
        kernels.MultiplyAddInRegisters(rounds);
        double best = 0;
        long started = time.GetTimestamp();
        do
        {
            long begun = time.GetTimestamp();
            long operations = kernels.MultiplyAddInRegisters(rounds);
            best = Math.Max(best, operations / time.GetElapsedTime(begun).TotalSeconds / 1e9);
        }
        while (time.GetElapsedTime(started).TotalSeconds < PeakSeconds);

        return best;
    }

    private List<double> Time(Action run, Action warm)
    {
        run();
        run();
        warm();
        var seconds = new List<double>();
        long started = time.GetTimestamp();
        while (seconds.Count < FewestRuns || time.GetElapsedTime(started).TotalSeconds < SecondsOfRuns)
        {
            long begun = time.GetTimestamp();
            run();
            seconds.Add(time.GetElapsedTime(begun).TotalSeconds);
        }

        return seconds;
    }

    /// <summary>
    /// Seconds of an update (forward, backward, AdamW) on groups of completions of one prompt each, the prompt computed once
    /// for its group and, to compare, once for every completion.
    /// </summary>
    public SharedPromptMeasurement MeasureSharedPrompt(BenchmarkShape shape, int prompt, int group)
    {
        using var model = new Transformer(shape.Config with { MaxPositions = prompt + shape.Sequence }, kernels);
        ModelInitialization.Randomize(model, seed: 1);
        TokenGroup[] groups =
        [
            .. Enumerable.Range(0, shape.Batch / group).Select(g => new TokenGroup(
                Sequence(shape, prompt, -1 - g),
                [.. Enumerable.Range(0, group).Select(i => Sequence(shape, shape.Sequence, (g * group) + i))])),
        ];
        TokenGroup[] alone = [.. groups.SelectMany(g => g.Completions.Select(completion => new TokenGroup(g.Prompt, [completion])))];
        int most = new GrpoOptions { Steps = 1 }.MicroBatchTokens;
        using var onceStep = new TrainingStep(model, [.. MicroBatch.Cut(groups, most).Select(BenchmarkPass.Of)]);
        using var repeatedStep = new TrainingStep(model, [.. MicroBatch.Cut(alone, most).Select(BenchmarkPass.Of)]);
        bool equal = onceStep.LogProbs().SequenceEqual(repeatedStep.LogProbs());
        return new SharedPromptMeasurement(Median(Time(onceStep.Run, () => { })), Median(Time(repeatedStep.Run, () => { })), equal);
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static int[] Sequence(BenchmarkShape shape, int length, int row) =>
        [.. Enumerable.Range(0, length).Select(i =>
            (int)(RandomNumbers.Uniform(RandomNumbers.Seed(2, unchecked((ulong)row)), i) * shape.Vocabulary))];

    // Whole sequences, as many as a pass of the product takes.
    private static BenchmarkPass[] Passes(int[][] sequences, int mostTokens) =>
        [.. sequences.Chunk(Math.Max(1, mostTokens / sequences[0].Length)).Select(BenchmarkPass.Of)];

    private static void Score(Transformer model, Activations activations, BenchmarkPass[] passes)
    {
        foreach (BenchmarkPass pass in passes)
        {
            model.Forward(pass.Tokens, pass.Layout, activations);
            model.LogProbs(
                activations, pass.Rows, pass.Targets, new float[pass.Rows.Length], new float[pass.Rows.Length]);
        }
    }

    // As many sequences as the batch, each from one token: the cache fills up to the sequence length.
    private static void Decode(Decoder decoder, BenchmarkShape shape)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, shape.Batch).Select(
            row => new GenerationRequest([row % shape.Vocabulary], [(ulong)row], shape.Sequence))];
        decoder.Generate(requests, new SamplingRule(), []);
    }
}
