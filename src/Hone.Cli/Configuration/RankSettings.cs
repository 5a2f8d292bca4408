using System.Globalization;
using Hone.Selection;
using Hone.Training.Ranking;

namespace Hone.Cli.Configuration;

/// <summary>The `rank`, `keep` and `stop` sections: the UGCS score while training, and what follows from it.</summary>
internal static class RankSettings
{
    // The upper end of the mark's interval, in place of a number.
    private const string ByInterval = "interval";

    public static RunRankingOptions Read(ConfigSection config)
    {
        var defaults = new RankingOptions();
        ConfigSection rank = config.Section("rank");
        double hardest = rank.Number("hardest", defaults.HardestPercent);
        if (!(hardest > 0 && hardest <= 100))
        {
            rank.Report([string.Create(CultureInfo.InvariantCulture, $"hardest is {hardest}, expected above 0, at most 100")]);
        }

        int window = rank.Integer("window", defaults.WindowSteps);
        if (window < 1)
        {
            rank.Report([$"window is {window}, expected 1 or more steps"]);
        }

        return new RunRankingOptions
        {
            Method = defaults with { HardestPercent = hardest, WindowSteps = window },
            KeepBest = config.Section("keep").Count("best", 0),
            Stop = Stop(config.Section("stop")),
        };
    }

    private static PlateauRule? Stop(ConfigSection section)
    {
        int patience = section.Count("patience", 0);
        int minSteps = section.Count("min_steps", 0);
        string rise = section.TextOr("min_rise", ByInterval);
        bool isNumber = double.TryParse(rise, NumberStyles.Float, CultureInfo.InvariantCulture, out double minRise);
        if (!isNumber && rise != ByInterval)
        {
            section.Report([$"min_rise is {rise}, expected {ByInterval} or a number of 0 or more"]);
            return null;
        }

        if (patience == 0)
        {
            section.Report(minSteps > 0 || isNumber ? ["patience is not set, expected 1 or more where there are other keys of stop"] : []);
            return null;
        }

        var rule = new PlateauRule(patience) { MinSteps = minSteps, MinRise = isNumber ? minRise : null };
        section.Report(rule.Problems());
        return rule;
    }
}
