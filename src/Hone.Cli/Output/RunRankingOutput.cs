using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Grpo;
using Hone.Training.Ranking;

namespace Hone.Cli.Output;

/// <summary>What is said of a run's own UGCS scores while it trains and when it ends.</summary>
internal static class RunRankingOutput
{
    private const int ScoresNamed = 5;

    /// <summary>Warns of scores that decide something and are slow, for their windows share rollouts, or rest on few completions.</summary>
    public static void WarnOfWindows(CommandContext context, TrainSettings settings)
    {
        RunRankingOptions ranking = settings.Ranking;
        if (ranking.KeepBest == 0 && ranking.Stop is null)
        {
            return;
        }

        RankingOptions method = ranking.Method;
        if (method.WindowSteps > settings.SaveEvery)
        {
            context.Warn($"windows of {method.WindowSteps} steps share rollouts where checkpoints are {settings.SaveEvery} steps apart, and their scores move slowly; rank.window: {settings.SaveEvery} compares new rollouts alone");
        }

        GrpoOptions options = settings.Options;
        double batches = Math.Min(method.WindowSteps, options.Steps) / (double)options.UpdatesPerBatch;
        int units = (int)Math.Clamp(batches * options.PromptsPerStep * options.GroupSize, 1, int.MaxValue);
        int hard = CheckpointRanking.HardCount(units, method.HardestPercent);
        if (hard < CheckpointRanking.FewHard)
        {
            context.Warn($"scores rest on {hard} of a window's {units} completions, fewer than {CheckpointRanking.FewHard}: too noisy to keep or stop by; raise rank.hardest or rank.window");
        }
    }

    /// <summary>Says a checkpoint's score, the pick so far and what was deleted.</summary>
    public static void Say(CommandContext context, SavedCheckpoint saved, RunRanking ranking)
    {
        string text = saved.Score is { Score: not null } score
            ? Text($"UGCS score {Of(score)} on the {score.Hard} hardest of {score.Samples} completions")
            : "no UGCS score, for its window has no rollouts";
        string pick = ranking.Pick is { } best ? Text($"; pick so far: step {best.Step} with {best.Score:F4}") : "";
        string deleted = saved.Deleted.Count > 0
            ? $"; deleted: {string.Join(", ", saved.Deleted)}, as the best and the newest are kept"
            : "";
        string passed = saved.Passed.Count > 0 ? $"; deleted: {string.Join(", ", saved.Passed)}, saved to go on from alone" : "";
        context.Say($"checkpoint {saved.Step}: {text}{pick}{deleted}{passed}");
    }

    /// <summary>The scores for the progress line; empty before the first.</summary>
    public static string Detail(RunRanking ranking) =>
        ranking.Scores.LastOrDefault(score => score.Score is not null) is { } last && ranking.Pick is { } pick
            ? Text($" | ugcs {last.Score:F3} at {last.Step}, pick {pick.Step}")
            : "";

    /// <summary>Says the pick of a run that has ended, and the command that ranks it again.</summary>
    public static void SayPick(CommandContext context, RunFolder run, RunRanking ranking, RankingOptions method)
    {
        if (ranking.Pick is not { } pick)
        {
            return;
        }

        var defaults = new RankingOptions();
        int window = Math.Min(method.WindowSteps, ranking.Scores[^1].Step);
        string hardest = method.HardestPercent == defaults.HardestPercent ? "" : Text($" --hardest {method.HardestPercent}");
        string reach = method.WindowSteps == defaults.WindowSteps ? "" : Text($" --window {window}");
        context.Say($"pick so far: step {pick.Step}, UGCS score {Of(pick)}; beside the others: hone rank {run.Path}{hardest}{reach}");
    }

    /// <summary>Why a run ended before its last step, for people.</summary>
    public static string Stopped(ScorePlateau plateau, int of, PlateauRule rule)
    {
        CheckpointScore[] named = [.. plateau.Since.TakeLast(ScoresNamed)];
        string scores = string.Join(", ", named.Select(score => Text($"{score.Step}: {score.Score:F4}")));
        string mark = Text($"that of step {plateau.Mark.Step}, {plateau.Mark.Score:F4}");
        string needed = rule.MinRise is { } rise ? Text($"{plateau.Needed:F4}, which is {rise} more than {mark}")
            : plateau.Mark.High is null ? mark
            : Text($"{plateau.Needed:F4}, the upper end of the interval around {mark}");
        return Text($"stopped early after step {plateau.Since[^1].Step} of {of}: none of the last {plateau.Since.Count} UGCS scores (")
            + (named.Length < plateau.Since.Count ? "..., " : "") + $"{scores}) is above {needed}";
    }

    /// <summary>The same for run.json.</summary>
    public static JsonObject StoppedJson(ScorePlateau plateau, int of, PlateauRule rule, int? pick) => new()
    {
        ["step"] = plateau.Since[^1].Step,
        ["of"] = of,
        ["reason"] = "ugcs_score_not_risen",
        ["patience"] = rule.Patience,
        ["min_rise"] = rule.MinRise,
        ["mark"] = Scored(plateau.Mark),
        ["needed"] = plateau.Needed,
        ["since"] = new JsonArray([.. plateau.Since.Select(Scored)]),
        ["pick"] = pick,
    };

    private static JsonNode Scored(CheckpointScore score) => new JsonObject { ["step"] = score.Step, ["score"] = score.Score };

    private static string Of(CheckpointScore score) =>
        Text($"{score.Score:F4}") + (score.Low is null ? "" : Text($" [{score.Low:F4}, {score.High:F4}]"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
