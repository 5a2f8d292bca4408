namespace Hone.Selection;

/// <summary>The reference code's units: records summed up by prompt, and by prompt and step for the
/// bootstrap.</summary>
internal sealed class PromptCells
{
    private readonly List<Cell> _cells = [];
    private readonly List<Prompt> _prompts = [];

    // Scratch of Resample, which runs hundreds of times on one window.
    private readonly double[] _keys;
    private readonly int[] _order;
    private readonly double[] _weights;
    private readonly double[] _rewards;

    private PromptCells(ReadOnlySpan<RolloutScore> records, ReadOnlySpan<int> stepOf)
    {
        // Prompt in the high half and place in the low one: unique keys, so the plain sort groups by prompt and keeps
        // records in step order within it. Flipping the sign bit makes negative prompt numbers sort first.
        ulong[] keys = new ulong[records.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = ((ulong)((uint)records[i].Prompt ^ 0x80000000) << 32) | (uint)i;
        }

        Array.Sort(keys);
        int start = 0;
        for (int i = 1; i <= keys.Length; i++)
        {
            if (i == keys.Length || keys[i] >> 32 != keys[start] >> 32)
            {
                AddPrompt(keys.AsSpan(start, i - start), records, stepOf);
                start = i;
            }
        }

        _keys = new double[_prompts.Count];
        _order = new int[_prompts.Count];
        _weights = new double[_prompts.Count];
        _rewards = new double[_prompts.Count];
    }

    /// <summary>Groups a window of at least one record by prompt.</summary>
    public static RankedWindow Window(ReadOnlySpan<RolloutScore> records)
    {
        int[] stepOf = new int[records.Length];
        int steps = RankedWindow.StepIndices(records, stepOf);
        PromptCells cells = new(records, stepOf);
        List<Prompt> prompts = cells._prompts;

        // Prompts are listed by number, so ties of the stable sort fall in prompt order.
        double[] keys = [.. prompts.Select(prompt => -prompt.MeanAnll)];
        int[] order = HighestFirst.Sort(keys);
        bool oneStepEach = cells._cells.Count == prompts.Count;
        return new RankedWindow
        {
            Uncertainty = [.. order.Select(p => prompts[p].MeanAnll)],
            Reward = [.. order.Select(p => prompts[p].MaxReward)],
            Truncated = [.. order.Select(p => prompts[p].TruncatedShare)],
            UnitStep = oneStepEach ? [.. order.Select(p => cells._cells[p].Step)] : [],
            UnitPrompt = [.. order.Select(p => prompts[p].Number)],
            Cells = oneStepEach ? null : cells,
            Records = records.Length,
            Steps = steps,
            TrainReward = RankedWindow.MeanReward(records),
        };
    }

    /// <summary>The scores of a resample for several p, ascending; a prompt's mean and maximum run over the steps that were
    /// drawn.</summary>
    /// <remarks>A prompt weighs its records' mean multiplicity: for a prompt of one step, how often that step was
    /// drawn. Counting it once however often drawn would leave about 63 % of the units and understate the
    /// spread.</remarks>
    public void Resample(ReadOnlySpan<int> stepCounts, ReadOnlySpan<double> hardestPercents, Span<double> scores)
    {
        int drawn = 0;
        double total = 0.0;
        foreach (Prompt prompt in _prompts)
        {
            double sum = 0.0;
            long count = 0;
            double max = double.NegativeInfinity;
            for (int c = prompt.FirstCell; c < prompt.FirstCell + prompt.Cells; c++)
            {
                Cell cell = _cells[c];
                int times = stepCounts[cell.Step];
                sum += times * cell.AnllSum;
                count += times * (long)cell.Records;
                max = times > 0 ? Math.Max(max, cell.MaxReward) : max;
            }

            if (count > 0)
            {
                _keys[drawn] = -(sum / count);
                _weights[drawn] = count / (double)prompt.Records;
                _rewards[drawn] = max;
                total += _weights[drawn];
                drawn++;
            }
        }

        HighestFirst.Sort(_keys.AsSpan(0, drawn), _order.AsSpan(0, drawn));
        Span<int> counts = stackalloc int[hardestPercents.Length];
        WholeCount.AtLeastOne(hardestPercents, total, counts);
        HardestMeans hardest = new(counts, scores);
        for (int i = 0; !hardest.Full && i < drawn; i++)
        {
            hardest.Take(_rewards[_order[i]], _weights[_order[i]]);
        }

        hardest.Finish();
    }

    private void AddPrompt(ReadOnlySpan<ulong> keys, ReadOnlySpan<RolloutScore> records, ReadOnlySpan<int> stepOf)
    {
        int firstCell = _cells.Count;
        double anll = 0.0;
        double max = double.NegativeInfinity;
        int truncated = 0;
        foreach (ulong key in keys)
        {
            int i = (int)(uint)key;
            RolloutScore record = records[i];
            anll += record.Anll;
            max = Math.Max(max, record.Reward);
            truncated += record.Truncated ? 1 : 0;
            Cell added = new(stepOf[i], record.Anll, 1, record.Reward);
            if (_cells.Count > firstCell && _cells[^1].Step == stepOf[i])
            {
                Cell cell = _cells[^1];
                _cells[^1] = new Cell(
                    cell.Step,
                    cell.AnllSum + added.AnllSum,
                    cell.Records + 1,
                    Math.Max(cell.MaxReward, added.MaxReward));
            }
            else
            {
                _cells.Add(added);
            }
        }

        int n = keys.Length;
        _prompts.Add(new Prompt(
            records[(int)(uint)keys[0]].Prompt, firstCell, _cells.Count - firstCell, n, anll / n, max, (double)truncated / n));
    }

    private readonly record struct Cell(int Step, double AnllSum, int Records, double MaxReward);

    private readonly record struct Prompt(
        int Number, int FirstCell, int Cells, int Records, double MeanAnll, double MaxReward, double TruncatedShare);
}
