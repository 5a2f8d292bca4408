namespace Hone.Dashboard.Runs;

/// <summary>What goes wrong with runs in the background: said on the run's page, and once each to whoever started the pages.</summary>
/// <param name="errors">Where to say it.</param>
internal sealed class Troubles(TextWriter errors)
{
    // A program that runs for weeks must not remember, nor say, ever more.
    private const int MostSaid = 1000;
    private readonly HashSet<string> _said = [];

    /// <summary>Says what happened, unless it was said before.</summary>
    /// <param name="run">The run's name, or a folder's.</param>
    /// <param name="what">What cannot be done, as in "its metrics cannot be read".</param>
    /// <param name="error">Why.</param>
    /// <returns>A sentence for the run's page.</returns>
    public string Say(string run, string what, Exception error)
    {
        string why = $"{what} ({error.GetType().Name}: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')})";
        lock (_said)
        {
            if (_said.Count < MostSaid && _said.Add($"{run}: {why}"))
            {
                errors.WriteLine($"warning: {run}: {why}; the other runs are shown as before");
            }
        }

        return $"{char.ToUpperInvariant(why[0])}{why[1..]}. It is tried again.";
    }
}
