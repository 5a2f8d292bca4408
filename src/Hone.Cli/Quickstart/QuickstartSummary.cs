using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Quickstart;

/// <summary>Held-out accuracy after a number of updates, with its 95 % interval.</summary>
internal sealed record Curve(int Step, double Accuracy, double Low, double High);

/// <summary>What a quickstart found, as summary.json and in words.</summary>
internal sealed record QuickstartSummary(Curve Base, IReadOnlyList<Curve> Checkpoints, int PickedStep)
{
    public required int DataSet { get; init; }

    public required int Selected { get; init; }

    public required double ScoreSecondsPerPrompt { get; init; }

    public required double MultiSampleSecondsPerPrompt { get; init; }

    public required double TrainSeconds { get; init; }

    public required long Seed { get; init; }

    private Curve Picked => Checkpoints.First(curve => curve.Step == PickedStep);

    private Curve Last => Checkpoints[^1];

    // Equally good checkpoints: the later one, as in the ranking.
    private Curve Best => Checkpoints.Aggregate((best, curve) => curve.Accuracy >= best.Accuracy ? curve : best);

    /// <summary>The document of summary.json.</summary>
    public JsonObject Json() => new()
    {
        ["base_accuracy"] = Base.Accuracy,
        ["final_accuracy"] = Last.Accuracy,
        ["picked_step"] = PickedStep,
        ["picked_accuracy"] = Picked.Accuracy,
        ["oracle_step"] = Best.Step,
        ["oracle_accuracy"] = Best.Accuracy,
        ["dataset"] = DataSet,
        ["selected"] = Selected,
        ["score_seconds_per_prompt"] = ScoreSecondsPerPrompt,
        ["multi_sample_seconds_per_prompt"] = MultiSampleSecondsPerPrompt,
        ["train_seconds"] = TrainSeconds,
        ["seed"] = Seed,
    };

    /// <summary>The result for people.</summary>
    public void Print(CommandContext context, RankingResult ranking, string folder)
    {
        Table table = Tables.New("step", "UGCS score", "95 % interval", "held-out accuracy", "95 % interval ", "");
        table.AddRow("base", "-", "-", Tables.Share(Base.Accuracy), Interval(Base.Low, Base.High), "");
        foreach (Curve curve in Checkpoints)
        {
            CheckpointScore score = ranking.Checkpoints.First(row => row.Step == curve.Step);
            table.AddRow(
                curve.Step.ToString(CultureInfo.InvariantCulture), Tables.Share(score.Score), Interval(score.Low, score.High),
                Tables.Share(curve.Accuracy), Interval(curve.Low, curve.High), Remark(curve));
        }

        Tables.Print(context, table);
        double speedup = MultiSampleSecondsPerPrompt / ScoreSecondsPerPrompt;
        context.Print($"base accuracy       {Base.Accuracy:P1}");
        context.Print($"picked checkpoint   {Picked.Accuracy:P1}  (step {PickedStep}, chosen from the training log alone)");
        context.Print($"last checkpoint     {Last.Accuracy:P1}  (step {Last.Step})");
        context.Print($"best checkpoint     {Best.Accuracy:P1}  (step {Best.Step}, known only after evaluating all)");
        context.Print($"regret of the pick  {Best.Accuracy - Picked.Accuracy:P1}");
        context.Print($"scoring a prompt    {ScoreSecondsPerPrompt * 1e3:F2} ms, against {MultiSampleSecondsPerPrompt * 1e3:F2} ms for 16 samples ({speedup:F0} times)");
        context.Print($"training            {TrainSeconds:F0} s on {Selected} of {DataSet} prompts");
        context.Print($"written             {Path.Combine(folder, "report.html")} (open it in a browser) and summary.json; rank again with: hone rank {Path.Combine(folder, "run")}");
    }

    private string Remark(Curve curve) => string.Join(
        ", ", new[] { curve == Picked ? "picked" : "", curve == Best ? "best" : "" }.Where(text => text.Length > 0));

    private static string Interval(double? low, double? high) => low is null ? "-" : string.Create(
        CultureInfo.InvariantCulture, $"{low:F3} to {high:F3}");
}
