namespace Hone.Records.Pickles.Logs;

/// <summary>Numbers the rows of each prompt within a step, from 0. Steps must not interleave.</summary>
internal sealed class SampleNumbers
{
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);
    private int _step = -1;

    internal int Next(int step, string prompt)
    {
        if (step != _step)
        {
            _next.Clear();
            _step = step;
        }

        int number = _next.GetValueOrDefault(prompt);
        _next[prompt] = number + 1;
        return number;
    }
}
