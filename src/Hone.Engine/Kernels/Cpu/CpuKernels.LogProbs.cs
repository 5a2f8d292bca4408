using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    // Logits that exist at a time, in floats: 16 MiB, and at least one tile of rows.
    private const int LogitBudget = 4 << 20;
    private const int LogitRowsPerItem = 8;

    public override void LogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, Span<float> logProbs,
        Span<float> entropies)
    {
        CheckHead(rows, targets, head, logProbs.Length);
        int V = head.Outputs, C = head.Inputs;
        int chunk = RowsPerChunk(V);
        for (int first = 0; first < rows.Length; first += chunk)
        {
            int count = Math.Min(chunk, rows.Length - first);
            (_, Tensor logits) = Logits(hidden, rows.Slice(first, count), head);
            fixed (int* wanted = targets.Slice(first, count))
            fixed (float* logProb = logProbs.Slice(first, count), entropy = entropies.Slice(first, count))
            {
                var job = new LogProbJob
                {
                    Logits = logits.Pointer, V = V, Rows = count, Targets = wanted, LogProbs = logProb, Entropies = entropy,
                };
                _workers.Run(ref job, Blocks(count, LogitRowsPerItem));
            }
        }
    }

    public override void LogProbsBackward(
        ReadOnlySpan<float> dLogProbs, Tensor hidden, int T, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets,
        PackedMatrix head, PackedMatrix headTransposed, Tensor dHidden, Tensor dHead)
    {
        CheckHead(rows, targets, head, dLogProbs.Length);
        int V = head.Outputs, C = head.Inputs;
        Require(dHidden, (long)T * C, nameof(dHidden));
        dHidden.Slice(0, (long)T * C).Clear();
        int chunk = RowsPerChunk(V);
        for (int first = 0; first < rows.Length; first += chunk)
        {
            int count = Math.Min(chunk, rows.Length - first);
            ReadOnlySpan<int> places = rows.Slice(first, count);
            (Tensor gathered, Tensor logits) = Logits(hidden, places, head);
            fixed (int* wanted = targets.Slice(first, count))
            fixed (float* dLogProb = dLogProbs.Slice(first, count))
            {
                var job = new LogitGradientJob
                {
                    Logits = logits.Pointer, V = V, Rows = count, Targets = wanted, DLogProbs = dLogProb,
                };
                _workers.Run(ref job, Blocks(count, LogitRowsPerItem));
            }

            if (!dHead.IsEmpty)
            {
                MatMulBackwardWeight(logits, gathered, count, C, V, dHead);
            }

            MatMul(logits, headTransposed, default, default, count, gathered);
            for (int i = 0; i < count; i++)
            {
                AddRow(gathered.Pointer + ((long)i * C), dHidden.Pointer + ((long)places[i] * C), C);
            }
        }
    }

    private static int RowsPerChunk(int V) => Math.Clamp(LogitBudget / V, 2 * TTile.MaxRows, 1024);

    private static void CheckHead(ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, int results)
    {
        if (rows.Length != targets.Length || rows.Length != results)
        {
            throw new ArgumentException($"{rows.Length} rows, {targets.Length} targets and {results} results must be as many.");
        }

        foreach (int target in targets)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)target, (uint)head.Outputs, nameof(targets));
        }
    }

    private (Tensor Gathered, Tensor Logits) Logits(Tensor hidden, ReadOnlySpan<int> rows, PackedMatrix head)
    {
        int C = head.Inputs;
        Tensor gathered = _gathered.Take((long)rows.Length * C);
        for (int i = 0; i < rows.Length; i++)
        {
            hidden.Slice((long)rows[i] * C, C).Span.CopyTo(gathered.Slice((long)i * C, C).Span);
        }

        Tensor logits = _logits.Take((long)rows.Length * head.Outputs);
        MatMul(gathered, head, default, default, rows.Length, logits);
        return (gathered, logits);
    }

    private struct LogProbJob : IParallelJob
    {
        public float* Logits, LogProbs, Entropies;
        public int* Targets;
        public int V, Rows;

        public void Execute(int item, int worker)
        {
            int end = Math.Min(Rows, (item + 1) * LogitRowsPerItem);
            for (int row = item * LogitRowsPerItem; row < end; row++)
            {
                float* logits = Logits + ((long)row * V);
                RowStatistics statistics = Cpu.Rows.Statistics<TLanes>(logits, V);
                LogProbs[row] = statistics.LogProb(logits[Targets[row]]);
                Entropies[row] = statistics.Entropy;
            }
        }
    }

    // d logProb(target) / d logit_v = [v = target] - p_v
    private struct LogitGradientJob : IParallelJob
    {
        public float* Logits, DLogProbs;
        public int* Targets;
        public int V, Rows;

        public void Execute(int item, int worker)
        {
            int end = Math.Min(Rows, (item + 1) * LogitRowsPerItem);
            for (int row = item * LogitRowsPerItem; row < end; row++)
            {
                float* logits = Logits + ((long)row * V);
                Cpu.Rows.Softmax<TLanes>(logits, V);
                Cpu.Rows.Scale<TLanes>(logits, V, -DLogProbs[row]);
                logits[Targets[row]] += DLogProbs[row];
            }
        }
    }
}
