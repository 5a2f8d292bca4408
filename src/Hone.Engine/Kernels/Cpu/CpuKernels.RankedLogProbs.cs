using Hone.Engine.Memory;
using Hone.Engine.Threading;

namespace Hone.Engine.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<TLanes, TTile>
{
    public override void RankedLogProbs(
        Tensor hidden, ReadOnlySpan<int> rows, ReadOnlySpan<int> targets, PackedMatrix head, int top, Span<float> logProbs,
        Span<int> ranks, Span<int> topTokens, Span<float> topLogProbs)
    {
        CheckHead(rows, targets, head, logProbs.Length);
        int V = head.Outputs;
        if (top < 0 || top > V || ranks.Length != rows.Length || topTokens.Length != (long)rows.Length * top
            || topLogProbs.Length != topTokens.Length)
        {
            throw new ArgumentException(
                $"{rows.Length} rows with the {top} most likely of {V} tokens do not make {ranks.Length} ranks, {topTokens.Length} "
                + $"tokens and {topLogProbs.Length} log-probabilities.");
        }

        int chunk = RowsPerChunk(V);
        for (int first = 0; first < rows.Length; first += chunk)
        {
            int count = Math.Min(chunk, rows.Length - first);
            (_, Tensor logits) = Logits(hidden, rows.Slice(first, count), head);
            fixed (int* wanted = targets.Slice(first, count), rank = ranks.Slice(first, count), likely = topTokens.Slice(first * top))
            fixed (float* logProb = logProbs.Slice(first, count), likelyLogProb = topLogProbs.Slice(first * top))
            {
                var job = new RankJob
                {
                    Logits = logits.Pointer, V = V, Top = top, Targets = wanted, LogProbs = logProb, Ranks = rank,
                    TopTokens = likely, TopLogProbs = likelyLogProb,
                };
                _workers.Run(ref job, count);
            }
        }
    }

    private struct RankJob : IParallelJob
    {
        public float* Logits, LogProbs, TopLogProbs;
        public int* Targets, Ranks, TopTokens;
        public int V, Top;

        public void Execute(int item, int worker)
        {
            float* logits = Logits + ((long)item * V);
            RowStatistics statistics = Cpu.Rows.Statistics<TLanes>(logits, V);
            float target = logits[Targets[item]];
            LogProbs[item] = statistics.LogProb(target);
            Ranks[item] = 1 + Above(new ReadOnlySpan<float>(logits, V), target);
            var tokens = new Span<int>(TopTokens + ((long)item * Top), Top);
            MostLikely(new ReadOnlySpan<float>(logits, V), tokens);
            for (int i = 0; i < Top; i++)
            {
                TopLogProbs[((long)item * Top) + i] = statistics.LogProb(logits[tokens[i]]);
            }
        }

        private static int Above(ReadOnlySpan<float> logits, float target)
        {
            int above = 0;
            foreach (float logit in logits)
            {
                above += logit > target ? 1 : 0;
            }

            return above;
        }

        // Insertion into a list that is short beside the row; the lower id goes first among equals.
        private static void MostLikely(ReadOnlySpan<float> logits, Span<int> tokens)
        {
            int held = 0;
            for (int token = 0; token < logits.Length && !tokens.IsEmpty; token++)
            {
                if (held == tokens.Length && !(logits[token] > logits[tokens[held - 1]]))
                {
                    continue;
                }

                int place = held < tokens.Length ? held++ : held - 1;
                for (; place > 0 && logits[token] > logits[tokens[place - 1]]; place--)
                {
                    tokens[place] = tokens[place - 1];
                }

                tokens[place] = token;
            }
        }
    }
}
