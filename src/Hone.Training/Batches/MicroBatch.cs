using System.Runtime.InteropServices;
using Hone.Engine.Kernels;

namespace Hone.Training.Batches;

/// <summary>
/// What one forward and backward pass takes: whole groups, packed, each prompt once. The N predictions stand in the order of
/// the completions, so that completion c holds predictions [<see cref="Starts"/>[c], <see cref="Starts"/>[c+1]).
/// </summary>
public sealed class MicroBatch
{
    private readonly List<int> _tokens = [], _rows = [], _targets = [], _starts = [];
    private readonly List<Segment> _segments = [];

    /// <summary>(T) token ids.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>How the tokens form sequences.</summary>
    public SequenceLayout Layout { get; } = new();

    /// <summary>(N) the token after which each prediction stands.</summary>
    public ReadOnlySpan<int> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>(N) the predicted token.</summary>
    public ReadOnlySpan<int> Targets => CollectionsMarshal.AsSpan(_targets);

    /// <summary>(completions + 1) first prediction of each completion.</summary>
    public ReadOnlySpan<int> Starts => CollectionsMarshal.AsSpan(_starts);

    /// <summary>Index of the first completion among all of the batch.</summary>
    public int FirstCompletion { get; private set; }

    /// <summary>Completions in this part of the batch.</summary>
    public int Completions => _starts.Count - 1;

    /// <summary>Cuts groups into passes of at most <paramref name="maxRows"/> rows; a larger group is a pass of its own.</summary>
    public static IReadOnlyList<MicroBatch> Cut(IReadOnlyList<TokenGroup> groups, int maxRows) => [.. Parts(groups, maxRows, null)];

    /// <summary>
    /// The same passes one by one, all packed into <paramref name="reused"/>: each is void once the next is asked for.
    /// </summary>
    public static IEnumerable<MicroBatch> Cut(IReadOnlyList<TokenGroup> groups, int maxRows, MicroBatch reused) =>
        Parts(groups, maxRows, reused);

    /// <summary>
    /// Rows of the largest pass that <see cref="Cut(IReadOnlyList{TokenGroup}, int)"/> can make of <paramref name="groups"/>
    /// groups of at most <paramref name="largestGroup"/> rows each.
    /// </summary>
    public static long MostRows(long largestGroup, int groups, int maxRows) =>
        Math.Min(largestGroup * groups, Math.Max(largestGroup, maxRows));

    private static IEnumerable<MicroBatch> Parts(IReadOnlyList<TokenGroup> groups, int maxRows, MicroBatch? reused)
    {
        ArgumentNullException.ThrowIfNull(groups);
        int completions = 0;
        for (int next = 0; next < groups.Count;)
        {
            MicroBatch part = reused ?? new MicroBatch();
            next = part.Pack(groups, next, maxRows, completions);
            completions += part.Completions;
            yield return part;
        }
    }

    // Packs groups from the given one on; answers which one is the first that did not fit.
    private int Pack(IReadOnlyList<TokenGroup> groups, int next, int maxRows, int firstCompletion)
    {
        _tokens.Clear();
        _rows.Clear();
        _targets.Clear();
        _starts.Clear();
        _segments.Clear();
        _starts.Add(0);
        FirstCompletion = firstCompletion;
        do
        {
            Add(groups[next++]);
        }
        while (next < groups.Count && _tokens.Count + groups[next].Rows <= maxRows);

        Layout.Set(CollectionsMarshal.AsSpan(_segments));
        return next;
    }

    private void Add(TokenGroup group)
    {
        int prompt = _segments.Count;
        _segments.Add(new Segment(_tokens.Count, group.Prompt.Length, -1));
        _tokens.AddRange(group.Prompt);
        int lastOfPrompt = _tokens.Count - 1;
        for (int c = 0; c < group.Completions.Count; c++)
        {
            int[] completion = group.Completions[c];
            int start = _tokens.Count;
            if (completion.Length > 1)
            {
                _segments.Add(new Segment(start, completion.Length - 1, prompt));
                _tokens.AddRange(completion.AsSpan(0, completion.Length - 1));
            }

            for (int i = 0; i < completion.Length; i++)
            {
                _rows.Add(i == 0 ? lastOfPrompt : start + i - 1);
                _targets.Add(completion[i]);
            }

            _starts.Add(_targets.Count);
        }
    }
}
