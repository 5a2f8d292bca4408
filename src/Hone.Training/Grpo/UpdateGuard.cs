using System.Globalization;

namespace Hone.Training.Grpo;

/// <summary>
/// Looks at the numbers of each update before the weights change: an update with one that is not finite, or whose gradient norm
/// is far above the recent ones, is not made.
/// </summary>
public sealed class UpdateGuard
{
    /// <summary>So many updates left out in a row end the run: it does not learn any more.</summary>
    public const int MostSkippedInARow = 10;

    private const int NormsKept = 50;
    private const int FewestNorms = 10;

    private readonly GuardOptions _options;
    private readonly Queue<double> _norms = new();
    private UpdateFault? _last;

    /// <summary>Starts with nothing known.</summary>
    public UpdateGuard(GuardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>What is known, for a checkpoint.</summary>
    public GuardState State => new(Skipped, SkippedInARow, [.. _norms]);

    /// <summary>Updates left out so far.</summary>
    public int Skipped { get; private set; }

    /// <summary>Those since the last update that was made.</summary>
    public int SkippedInARow { get; private set; }

    /// <summary>The last fault of too many in a row; null while the run may go on.</summary>
    public UpdateFault? GivenUp => SkippedInARow >= MostSkippedInARow ? _last : null;

    /// <summary>Goes on from a checkpoint. A run that ended for too many faults in a row is given as many again.</summary>
    public void Restore(GuardState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Skipped = state.Skipped;
        SkippedInARow = state.SkippedInARow < MostSkippedInARow ? state.SkippedInARow : 0;
        _norms.Clear();
        foreach (double norm in state.Norms.TakeLast(NormsKept))
        {
            _norms.Enqueue(norm);
        }
    }

    /// <summary>Judges an update that is about to be made.</summary>
    /// <param name="batch">Its batch.</param>
    /// <param name="step">The update, from 1.</param>
    /// <param name="problem">A log-probability that is not finite, in words, or null.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="norm">The norm of its gradient.</param>
    /// <returns>Null where it may be made, which is counted then.</returns>
    public UpdateFault? Judge(RolloutBatch batch, int step, string? problem, double loss, double norm)
    {
        string? notFinite = problem ?? NotFinite("the loss", loss) ?? NotFinite("the gradient norm", norm);
        string? spike = notFinite is null ? Spike(norm) : null;
        if ((notFinite ?? spike) is not { } reason)
        {
            Take(norm);
            return null;
        }

        bool stops = (spike is null ? _options.NonFinite : _options.OnSpike) == FaultResponse.Stop;
        Skipped += stops ? 0 : 1;
        SkippedInARow += stops ? 0 : 1;
        return _last = new UpdateFault(batch, step, reason)
        {
            Stops = stops, IsSpike = spike is not null, WeightsAreGood = FiniteLogProbs.Sampled(batch), Loss = loss, GradNorm = norm,
            RecentNorms = [.. _norms],
        };
    }

    // A batch without any advantage has no gradient; as a measure of the others it would make each of them a spike.
    private void Take(double norm)
    {
        SkippedInARow = 0;
        if (norm > 0)
        {
            _norms.Enqueue(norm);
            if (_norms.Count > NormsKept)
            {
                _norms.Dequeue();
            }
        }
    }

    private string? Spike(double norm)
    {
        if (_options.Spike == 0 || _norms.Count < FewestNorms)
        {
            return null;
        }

        double[] sorted = [.. _norms.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return norm > _options.Spike * median
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the gradient norm {norm:G4} is more than {_options.Spike} times {median:G4}, the median of the last {sorted.Length}")
            : null;
    }

    private static string? NotFinite(string what, double value) =>
        double.IsFinite(value) ? null : string.Create(CultureInfo.InvariantCulture, $"{what} is {value}");
}
