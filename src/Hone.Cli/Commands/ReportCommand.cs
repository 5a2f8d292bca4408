using System.CommandLine;
using Hone.Records.RunFolders;
using Hone.Report;

namespace Hone.Cli.Commands;

/// <summary>`hone report`: a ranking and all that is known of its run, as one HTML file.</summary>
internal static class ReportCommand
{
    public static Command Create(CommandContext context)
    {
        var output = new Option<string>("--out")
        {
            Description = "File to write [default: report.html in the run folder, or in the current one]", HelpName = "FILE",
        };
        var scores = new Option<string>("--scores")
        {
            Description = "Scores of the candidates that the prompts were selected from (hone score)", HelpName = "FILE",
        };
        var model = new Option<string>("--model")
        {
            Description = "Model folder whose tokenizer names tokens [default: that of the pick, or of the run]", HelpName = "DIR",
        };
        var command = new Command("report", "One HTML file about a run: the pick, how sure it is, and what it rests on");
        var ranking = new RankingArguments(command, CommandLine.RolloutTextFields);
        command.Options.Add(output);
        command.Options.Add(scores);
        command.Options.Add(model);
        command.SetAction(parsed =>
        {
            string path = ranking.Path(parsed);
            RankedRun run = ranking.Rank(context, parsed);
            ReportSource source = RunReport.Source(path, run, ranking.Seed(parsed), parsed.GetValue(model)) with
            {
                LogOptions = ranking.LogOptions(parsed),
                ScoresFile = parsed.GetValue(scores),
                RankingArguments = ranking.Again(parsed),
            };
            string file = parsed.GetValue(output)
                ?? (File.Exists(Path.Combine(path, "run.json")) ? RunFolder.Open(path).ReportFile : "report.html");
            ReportPage.Write(file, ReportData.Gather(source));
            context.Print($"pick: {(run.Result.Pick is int pick ? $"step {pick}" : "none")}");
            context.Print($"written: {file}");
            if (ChartsBundle.Script is null)
            {
                context.Say($"the report has tables alone: this copy of Hone was built without its charts (npm ci, then build again)");
            }

            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone report runs/a",
            "hone report runs/a --hardest 10 --window 20 --scores scores.jsonl",
            "hone report rollout_data --checkpoints checkpoints/PROJECT/EXPERIMENT --out report.html",
            "hone report rollouts.jsonl --checkpoints 40,80,120 --field reward=score");
    }
}
