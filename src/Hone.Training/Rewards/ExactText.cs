namespace Hone.Training.Rewards;

/// <summary>Whether two texts are the same but for white space.</summary>
public static class ExactText
{
    /// <summary>Ordinal, case-sensitive equality after trimming, each run of white
    /// space counting as one space.</summary>
    /// <param name="gold">The true answer.</param>
    /// <param name="answer">The answer given.</param>
    /// <returns>False if either is null. Never throws; allocates nothing.</returns>
    public static bool Equal(string? gold, string? answer)
    {
        if (gold is null || answer is null)
        {
            return false;
        }

        ReadOnlySpan<char> a = gold.AsSpan().Trim();
        ReadOnlySpan<char> b = answer.AsSpan().Trim();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            bool gap = char.IsWhiteSpace(a[0]);
            if (gap ? !char.IsWhiteSpace(b[0]) : a[0] != b[0])
            {
                return false;
            }

            a = gap ? a.TrimStart() : a[1..];
            b = gap ? b.TrimStart() : b[1..];
        }

        return a.IsEmpty && b.IsEmpty;
    }
}
