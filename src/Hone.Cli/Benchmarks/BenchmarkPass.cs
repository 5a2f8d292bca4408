using Hone.Engine.Kernels;
using Hone.Training.Batches;

namespace Hone.Cli.Benchmarks;

/// <summary>What one pass of a benchmark computes: T packed tokens, and N targets after the tokens of their rows.</summary>
internal sealed record BenchmarkPass(int[] Tokens, SequenceLayout Layout, int[] Rows, int[] Targets)
{
    /// <summary>Every next token of whole sequences.</summary>
    public static BenchmarkPass Of(int[][] sequences)
    {
        List<int> rows = [], targets = [];
        int start = 0;
        foreach (int[] sequence in sequences)
        {
            rows.AddRange(Enumerable.Range(start, sequence.Length - 1));
            targets.AddRange(sequence.AsSpan(1));
            start += sequence.Length;
        }

        return new BenchmarkPass(
            [.. sequences.SelectMany(sequence => sequence)],
            SequenceLayout.Independent([.. sequences.Select(sequence => sequence.Length)]), [.. rows], [.. targets]);
    }

    /// <summary>The completions of groups.</summary>
    public static BenchmarkPass Of(MicroBatch batch) =>
        new([.. batch.Tokens], batch.Layout, [.. batch.Rows], [.. batch.Targets]);
}
