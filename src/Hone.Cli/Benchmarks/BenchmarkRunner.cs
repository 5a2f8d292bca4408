using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Losses;
using Hone.Training.Optimization;

namespace Hone.Cli.Benchmarks;

/// <summary>What was measured.</summary>
/// <param name="Parameters">Trained values of the model.</param>
/// <param name="Seconds">Median seconds of a run.</param>
/// <param name="TokensPerSecond">Tokens of the batch over the median.</param>
/// <param name="Gflops">Model operations (2 per parameter and token, 6 in training) over the median, in 1e9/s.</param>
/// <param name="Runs">Counted runs.</param>
internal sealed record Measurement(long Parameters, double Seconds, double TokensPerSecond, double Gflops, int Runs);

/// <summary>Times the three jobs of a run on a random model.</summary>
internal sealed class BenchmarkRunner(Kernels kernels, TimeProvider time)
{
    private const double SecondsOfRuns = 5;
    private const int FewestRuns = 3;
    private const double PeakSeconds = 0.1;

    /// <summary>Measures one mode: train, score or decode.</summary>
    public Measurement Measure(string mode, BenchmarkShape shape)
    {
        using var model = new Transformer(shape.Config, kernels);
        ModelInitialization.Randomize(model, seed: 1);
        int[][] sequences = [.. Enumerable.Range(0, shape.Batch).Select(row => Sequence(shape, row))];
        using IDisposable state = mode switch
        {
            "train" => new TrainingState(model, sequences),
            "score" => new Activations(model.Config, keep: false),
            _ => new Decoder(model, shape.Batch),
        };
        Action run = mode switch
        {
            "train" => ((TrainingState)state).Step,
            "score" => () => Score(model, (Activations)state, sequences),
            _ => () => Decode((Decoder)state, shape),
        };
        List<double> seconds = Time(run);
        double median = seconds.Order().ElementAt(seconds.Count / 2);
        long parameters = model.Parameters.Layout.Count;
        double tokens = (double)shape.Batch * shape.Sequence;
        double operations = (mode == "train" ? 6.0 : 2.0) * parameters * tokens;
        return new Measurement(parameters, median, tokens / median, operations / median / 1e9, seconds.Count);
    }

    /// <summary>The registers' multiply-add rate on all threads together, in 1e9 operations a second.</summary>
    public double Peak()
    {
        int rounds = 1 << 16;
        kernels.MultiplyAddInRegisters(rounds);
        double best = 0;
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started).TotalSeconds < PeakSeconds)
        {
            long begun = time.GetTimestamp();
            long operations = kernels.MultiplyAddInRegisters(rounds);
            best = Math.Max(best, operations / time.GetElapsedTime(begun).TotalSeconds / 1e9);
        }

        return best;
    }

    private List<double> Time(Action run)
    {
        run();
        run();
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

    private static int[] Sequence(BenchmarkShape shape, int row) =>
        [.. Enumerable.Range(0, shape.Sequence).Select(i =>
            (int)(RandomNumbers.Uniform(RandomNumbers.Seed(2, (ulong)row), i) * shape.Vocabulary))];

    private static void Score(Transformer model, Activations activations, int[][] sequences)
    {
        int[] tokens = [.. sequences.SelectMany(sequence => sequence)];
        (int[] rows, int[] targets) = NextTokens(sequences);
        model.Forward(tokens, SequenceLayout.Independent([.. sequences.Select(s => s.Length)]), activations);
        model.LogProbs(activations, rows, targets, new float[rows.Length], new float[rows.Length]);
    }

    // As many sequences as the batch, each from one token: the cache fills up to the sequence length.
    private static void Decode(Decoder decoder, BenchmarkShape shape)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, shape.Batch).Select(
            row => new GenerationRequest([row % shape.Vocabulary], [(ulong)row], shape.Sequence))];
        decoder.Generate(requests, new SamplingRule(), []);
    }

    private static (int[] Rows, int[] Targets) NextTokens(int[][] sequences)
    {
        List<int> rows = [], targets = [];
        int start = 0;
        foreach (int[] sequence in sequences)
        {
            for (int i = 1; i < sequence.Length; i++)
            {
                rows.Add(start + i - 1);
                targets.Add(sequence[i]);
            }

            start += sequence.Length;
        }

        return ([.. rows], [.. targets]);
    }

    private sealed class TrainingState : IDisposable
    {
        private readonly Transformer _model;
        private readonly Optimizer _optimizer;
        private readonly Activations _activations;
        private readonly SequenceLayout _layout;
        private readonly int[] _tokens;
        private readonly int[] _rows;
        private readonly int[] _targets;
        private readonly float[] _logProbs;
        private readonly float[] _entropies;
        private readonly float[] _dLogProbs;

        public TrainingState(Transformer model, int[][] sequences)
        {
            _model = model;
            _optimizer = new Optimizer(model, new OptimizerOptions { LearningRate = 1e-5 }, int.MaxValue);
            _activations = new Activations(model.Config, keep: true);
            _layout = SequenceLayout.Independent([.. sequences.Select(sequence => sequence.Length)]);
            _tokens = [.. sequences.SelectMany(sequence => sequence)];
            (_rows, _targets) = NextTokens(sequences);
            _logProbs = new float[_rows.Length];
            _entropies = new float[_rows.Length];
            _dLogProbs = new float[_rows.Length];
        }

        public void Step()
        {
            _optimizer.Clear();
            _model.Forward(_tokens, _layout, _activations);
            _model.LogProbs(_activations, _rows, _targets, _logProbs, _entropies);
            SupervisedLoss.Compute<float>(_logProbs, _logProbs.Length, _dLogProbs);
            _model.Backward(_tokens, _layout, _activations, _rows, _targets, _dLogProbs, _optimizer.Gradients);
            _optimizer.Update();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _activations.Dispose();
        }
    }
}
