namespace Hone.Training.Batches;

/// <summary>A prompt and the completions to train on, in tokens.</summary>
/// <param name="Prompt">(P) at least one token.</param>
/// <param name="Completions">Each at least one token, the end token included.</param>
public sealed record TokenGroup(int[] Prompt, IReadOnlyList<int[]> Completions)
{
    /// <summary>Rows that the group takes in a pass. A completion's last token is only predicted, never read.</summary>
    public int Rows
    {
        get
        {
            int rows = Prompt.Length;
            for (int i = 0; i < Completions.Count; i++)
            {
                rows += Completions[i].Length - 1;
            }

            return rows;
        }
    }
}
