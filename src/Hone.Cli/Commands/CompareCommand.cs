using System.CommandLine;
using Hone.Cli.Comparisons;
using Hone.Cli.Output;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone compare`: several runs, or several seeds of configurations, with intervals.</summary>
internal static class CompareCommand
{
    private const int Thresholds = 20;

    public static Command Create(CommandContext context)
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Folders of hone eval, run folders or rollout logs, each a group of its own", Arity = ArgumentArity.ZeroOrMore,
        };
        var group = new Option<string[]>("--group")
        {
            Description = "Runs of one configuration, such as its seeds; may be repeated", HelpName = "NAME=RUN,RUN",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
        };
        var scores = new Option<string?>("--scores")
        {
            Description = "evals (a folder of hone eval: by prompt; a run folder: its last evaluation by data set) or rewards (by prompt) "
                + "[default: evals where every run has them]",
            HelpName = "NAME",
        };
        scores.CompletionSources.Add("evals", "rewards");
        scores.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && text is not ("evals" or "rewards"))
            {
                result.AddError($"--scores {text}: expected evals or rewards. Hint: for example --scores rewards.");
            }
        });
        var window = new Option<int>("--window")
        {
            Description = "Last steps that rewards are taken from", HelpName = "D", DefaultValueFactory = _ => new RankingOptions().WindowSteps,
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("compare", "Compare runs by their scores on the same tasks, with intervals (rliable)")
        {
            runs, group, scores, window, seed, json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<(string Name, string[] Runs)> named = ComparedRuns.Parse(
                parsed.GetValue(runs) ?? [], parsed.GetValue(group) ?? []);
            int reach = parsed.GetValue(window);
            if (reach < 1)
            {
                throw new UsageException($"--window {reach}: expected 1 or more steps. Hint: the checkpoint interval is a good choice.");
            }

            ScoreSource? source = parsed.GetValue(scores) switch { "evals" => ScoreSource.Evals, "rewards" => ScoreSource.Rewards, _ => null };
            ComparedRuns compared = ComparedRuns.Read(named, source, reach);
            ComparisonResult result = RunComparison.Of(compared.Groups, Taus(compared.Groups), (ulong)parsed.GetValue(seed));
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(context, CompareOutput.Json(compared, result));
            }
            else
            {
                CompareOutput.Print(context, compared, result);
            }

            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone compare evals/base evals/grpo",
            "hone compare --group grpo=evals/a1,evals/a2,evals/a3 --group sft=evals/b1,evals/b2,evals/b3 --json",
            "hone compare runs/a runs/b --scores rewards --window 50");
    }

    // Shares of right answers lie in [0, 1]; other scores get even steps over their range.
    private static double[] Taus(IReadOnlyList<RunGroup> groups)
    {
        double[] all = [.. groups.SelectMany(group => group.Scores).SelectMany(run => run)];
        (double low, double high) = (all.Min(), all.Max());
        (low, high) = low >= 0 && high <= 1 ? (0, 1) : (low, high);
        return low == high ? [low] : [.. Enumerable.Range(0, Thresholds).Select(i => low + ((high - low) * i / Thresholds))];
    }
}
