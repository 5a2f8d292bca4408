using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    private int[] _allRows = [];

    public override void Sample(
        Tensor hidden, PackedMatrix head, SamplingRule rule, ReadOnlySpan<double> uniforms, Span<int> tokens,
        Span<float> logProbs, Span<float> entropies, Span<float> selfCertainties)
    {
        int R = uniforms.Length;
        int V = head.Outputs;
        GrowRowNumbers(R);
        int chunk = RowsPerChunk(V);
        ReserveWorkerScratch(2L * V);
        for (int first = 0; first < R; first += chunk)
        {
            int count = Math.Min(chunk, R - first);
            (_, Tensor logits) = Logits(hidden, _allRows.AsSpan(first, count), head);
            fixed (double* uniform = uniforms.Slice(first, count))
            fixed (int* token = tokens.Slice(first, count))
            fixed (float* logProb = logProbs.Slice(first, count), entropy = entropies.Slice(first, count))
            fixed (float* selfCertainty = selfCertainties.IsEmpty ? default : selfCertainties.Slice(first, count))
            {
                var job = new SampleJob
                {
                    Logits = logits.Pointer, V = V, Uniforms = uniform, Tokens = token, LogProbs = logProb,
                    Entropies = entropy, SelfCertainties = selfCertainty, Scratch = WorkerScratch, KeepsAll = rule.KeepsAll, TopK = rule.TopK,
                    Temperature = rule.Temperature, TopP = rule.TopP, MinP = rule.MinP,
                    Allowed = rule.VocabularyLimit > 0 ? Math.Min(rule.VocabularyLimit, V) : V,
                };
                _workers.Run(ref job, count);
            }
        }
    }

    private void GrowRowNumbers(int rows)
    {
        if (_allRows.Length < rows)
        {
            _allRows = new int[rows];
            for (int i = 0; i < rows; i++)
            {
                _allRows[i] = i;
            }
        }
    }

    private struct SampleJob : IParallelJob
    {
        public float* Logits, LogProbs, Entropies, SelfCertainties;
        public double* Uniforms;
        public int* Tokens;
        public float** Scratch;
        public double Temperature, TopP, MinP;
        public int V, Allowed, TopK;
        public bool KeepsAll;

        public void Execute(int item, int worker)
        {
            float* logits = Logits + ((long)item * V);
            int token = Draw(logits, Uniforms[item], Scratch[worker]);
            RowStatistics statistics = Rows.Statistics<TLanes>(logits, V);
            Tokens[item] = token;
            LogProbs[item] = statistics.LogProb(logits[token]);
            Entropies[item] = statistics.Entropy;
            if (SelfCertainties is not null)
            {
                SelfCertainties[item] = statistics.SelfCertainty;
            }
        }

        private readonly int Draw(float* logits, double uniform, float* weights)
        {
            float largest = Rows.Largest<TLanes>(logits, Allowed);
            if (Temperature == 0)
            {
                return new ReadOnlySpan<float>(logits, Allowed).IndexOf(largest);
            }

            float scale = (float)(1 / Temperature);
            new ReadOnlySpan<float>(logits, Allowed).CopyTo(new Span<float>(weights, Allowed));
            Rows.Exponentiate<TLanes>(weights, Allowed, scale, largest * scale);
            return KeepsAll
                ? Walk(new ReadOnlySpan<float>(weights, Allowed), default, uniform)
                : DrawFiltered(new Span<float>(weights, Allowed), new Span<int>(weights + V, Allowed), uniform);
        }

        private readonly int DrawFiltered(Span<float> weights, Span<int> ids, double uniform)
        {
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = i;
                weights[i] = -weights[i];
            }

            // Ascending by negated weight, so most likely first; equal weights are brought back to the order of ids.
            weights.Sort(ids);
            OrderEqualWeights(weights, ids);
            double total = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = -weights[i];
                total += weights[i];
            }

            int kept = TopK > 0 ? Math.Min(TopK, weights.Length) : weights.Length;
            if (kept < weights.Length)
            {
                total = Sum(weights[..kept]);
            }

            double reached = 0;
            for (int i = 0; i < kept; i++)
            {
                reached += weights[i];
                if (reached >= TopP * total)
                {
                    kept = i + 1;
                    break;
                }
            }

            while (kept > 1 && weights[kept - 1] < MinP * weights[0])
            {
                kept--;
            }

            return Walk(weights[..kept], ids[..kept], uniform);
        }

        private static void OrderEqualWeights(Span<float> weights, Span<int> ids)
        {
            for (int start = 0; start < weights.Length;)
            {
                int end = start + 1;
                while (end < weights.Length && weights[end] == weights[start])
                {
                    end++;
                }

                ids[start..end].Sort();
                start = end;
            }
        }

        private static double Sum(ReadOnlySpan<float> weights)
        {
            double total = 0;
            foreach (float weight in weights)
            {
                total += weight;
            }

            return total;
        }

        // The first token whose cumulative weight exceeds the drawn share of the total.
        private static int Walk(ReadOnlySpan<float> weights, ReadOnlySpan<int> ids, double uniform)
        {
            double target = uniform * Sum(weights);
            double reached = 0;
            int last = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                reached += weights[i];
                if (weights[i] > 0)
                {
                    last = i;
                }

                if (reached > target)
                {
                    break;
                }
            }

            return ids.IsEmpty ? last : ids[last];
        }
    }
}
