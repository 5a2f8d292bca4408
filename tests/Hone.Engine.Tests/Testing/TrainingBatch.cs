using Hone.Engine.Kernels;

namespace Hone.Engine.Tests.Testing;

/// <summary>Token ids with their layout, and the rows whose hidden states predict each target.</summary>
internal sealed record TrainingBatch(int[] Tokens, SequenceLayout Layout, int[] Rows, int[] Targets)
{
    /// <summary>Random tokens; a completion's first token is predicted by its prompt's last row.</summary>
    public static TrainingBatch Random(SequenceLayout layout, int vocabulary)
    {
        int[] tokens = Values.Tokens(17, layout.Tokens, vocabulary);
        var rows = new List<int>();
        var targets = new List<int>();
        foreach (Segment segment in layout.Segments)
        {
            for (int i = 0; i < segment.Length; i++)
            {
                int row = segment.Start + i - 1;
                if (i == 0)
                {
                    if (segment.Prefix < 0)
                    {
                        continue;
                    }

                    Segment prefix = layout.Segments[segment.Prefix];
                    row = prefix.Start + prefix.Length - 1;
                }

                rows.Add(row);
                targets.Add(tokens[segment.Start + i]);
            }
        }

        return new TrainingBatch(tokens, layout, [.. rows], [.. targets]);
    }

    /// <summary>Prompts, each once, with their completions behind them.</summary>
    public static TrainingBatch Shared(IEnumerable<(int[] Prompt, int[][] Completions)> groups)
    {
        var segments = new List<Segment>();
        var tokens = new List<int>();
        var rows = new List<int>();
        var targets = new List<int>();
        foreach ((int[] prompt, int[][] completions) in groups)
        {
            int family = segments.Count, last = tokens.Count + prompt.Length - 1;
            segments.Add(new Segment(tokens.Count, prompt.Length, -1));
            tokens.AddRange(prompt);
            foreach (int[] completion in completions)
            {
                rows.Add(last);
                rows.AddRange(Enumerable.Range(tokens.Count, completion.Length - 1));
                targets.AddRange(completion);
                segments.Add(new Segment(tokens.Count, completion.Length, family));
                tokens.AddRange(completion);
            }
        }

        return new TrainingBatch([.. tokens], new SequenceLayout([.. segments]), [.. rows], [.. targets]);
    }

    /// <summary>Every completion behind its own copy of the prompt.</summary>
    public static TrainingBatch Repeated(IEnumerable<(int[] Prompt, int[][] Completions)> groups)
    {
        var lengths = new List<int>();
        var tokens = new List<int>();
        var rows = new List<int>();
        var targets = new List<int>();
        foreach ((int[] prompt, int[] completion) in groups.SelectMany(g => g.Completions.Select(c => (g.Prompt, c))))
        {
            rows.AddRange(Enumerable.Range(tokens.Count + prompt.Length - 1, completion.Length));
            targets.AddRange(completion);
            lengths.Add(prompt.Length + completion.Length);
            tokens.AddRange([.. prompt, .. completion]);
        }

        return new TrainingBatch([.. tokens], SequenceLayout.Independent([.. lengths]), [.. rows], [.. targets]);
    }
}
