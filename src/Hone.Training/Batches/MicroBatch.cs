using Hone.Engine.Kernels;

namespace Hone.Training.Batches;

/// <summary>
/// What one forward and backward pass takes: whole groups, packed, each prompt once. The N predictions stand in the order of
/// the completions, so that completion c holds predictions [<see cref="Starts"/>[c], <see cref="Starts"/>[c+1]).
/// </summary>
public sealed class MicroBatch
{
    private MicroBatch(int[] tokens, SequenceLayout layout, int[] rows, int[] targets, int[] starts, int firstCompletion)
    {
        Tokens = tokens;
        Layout = layout;
        Rows = rows;
        Targets = targets;
        Starts = starts;
        FirstCompletion = firstCompletion;
    }

    /// <summary>(T) token ids.</summary>
    public int[] Tokens { get; }

    /// <summary>How the tokens form sequences.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>(N) the token after which each prediction stands.</summary>
    public int[] Rows { get; }

    /// <summary>(N) the predicted token.</summary>
    public int[] Targets { get; }

    /// <summary>(completions + 1) first prediction of each completion.</summary>
    public int[] Starts { get; }

    /// <summary>Index of the first completion among all of the batch.</summary>
    public int FirstCompletion { get; }

    /// <summary>Completions in this part of the batch.</summary>
    public int Completions => Starts.Length - 1;

    /// <summary>Cuts groups into passes of at most <paramref name="maxRows"/> rows; a larger group is a pass of its own.</summary>
    public static IReadOnlyList<MicroBatch> Cut(IReadOnlyList<TokenGroup> groups, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var parts = new List<MicroBatch>();
        var part = new List<TokenGroup>();
        int rows = 0, completions = 0;
        foreach (TokenGroup group in groups)
        {
            if (part.Count > 0 && rows + group.Rows > maxRows)
            {
                parts.Add(Pack(part, completions));
                completions += part.Sum(member => member.Completions.Count);
                part.Clear();
                rows = 0;
            }

            part.Add(group);
            rows += group.Rows;
        }

        if (part.Count > 0)
        {
            parts.Add(Pack(part, completions));
        }

        return parts;
    }

    /// <summary>
    /// Rows of the largest pass that <see cref="Cut"/> can make of <paramref name="groups"/> groups of at most
    /// <paramref name="largestGroup"/> rows each.
    /// </summary>
    public static long MostRows(long largestGroup, int groups, int maxRows) =>
        Math.Min(largestGroup * groups, Math.Max(largestGroup, maxRows));

    private static MicroBatch Pack(IReadOnlyList<TokenGroup> groups, int firstCompletion)
    {
        List<int> tokens = [], rows = [], targets = [], starts = [0];
        var segments = new List<Segment>();
        foreach (TokenGroup group in groups)
        {
            int prompt = segments.Count;
            segments.Add(new Segment(tokens.Count, group.Prompt.Length, -1));
            tokens.AddRange(group.Prompt);
            int lastOfPrompt = tokens.Count - 1;
            foreach (int[] completion in group.Completions)
            {
                int start = tokens.Count;
                if (completion.Length > 1)
                {
                    segments.Add(new Segment(start, completion.Length - 1, prompt));
                    tokens.AddRange(completion.AsSpan(0, completion.Length - 1));
                }

                for (int i = 0; i < completion.Length; i++)
                {
                    rows.Add(i == 0 ? lastOfPrompt : start + i - 1);
                    targets.Add(completion[i]);
                }

                starts.Add(targets.Count);
            }
        }

        return new MicroBatch([.. tokens], new SequenceLayout(segments), [.. rows], [.. targets], [.. starts], firstCompletion);
    }
}
