using System.CommandLine;
using Hone.Hosting;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Serving.Rewards;
using Hone.Training.Evaluation;
using Hone.Training.Rewards;

namespace Hone.Cli.Commands;

/// <summary>`hone serve-rewards`: a reward server for OpenRLHF that records every rollout.</summary>
internal static class ServeRewardsCommand
{
    private const int DefaultPort = 5000;

    public static Command Create(CommandContext context)
    {
        var data = new Option<string>("--data")
        {
            Description = "The training prompts: gives rollouts their ids, and keeps an evaluation's out of the steps", HelpName = "FILE",
        };
        Option<string[]> field = CommonOptions.Field("answer=label");
        var reward = new Option<string>("--reward")
        {
            Description = $"{string.Join(", ", RewardFactory.Names)}; by default the one that fits the answers of --data, else math",
            HelpName = "NAME",
        };
        CommonOptions.OneOf(reward, [.. RewardFactory.Names]);
        var batch = new Option<int>("--batch")
        {
            Description = "Completions of one step: rollout.batch_size times rollout.n_samples_per_prompt", HelpName = "N", Required = true,
        };
        var listen = new ListenOptions(DefaultPort);
        var output = new Option<string>("--out")
        {
            Description = "Folder of the rollouts; one that is there is gone on with", HelpName = "DIR", Required = true,
        };
        var command = new Command("serve-rewards", "Answer a trainer's requests for rewards, recording every rollout")
        {
            data, field, reward, batch, listen.Host, listen.Port, output,
        };
        command.SetAction(parsed =>
        {
            int perStep = parsed.GetValue(batch);
            if (perStep < 1)
            {
                throw new UsageException(
                    $"--batch {perStep}: expected 1 or more. Hint: rollout.batch_size times rollout.n_samples_per_prompt.");
            }

            WebHostSettings settings = listen.Settings(parsed) with { MaxConnections = RewardEndpoints.MaxConnections };
            DataSet? set = parsed.GetValue(data) is string file
                ? DataSet.Read(file, CommandLine.DataFields(parsed.GetValue(field)))
                : null;
            string name = parsed.GetValue(reward) ?? RewardFor(set);
            using RewardLogWriter log = RewardLogWriter.Open(parsed.GetRequiredValue(output), perStep);
            var service = new RewardService(RewardFactory.Create([new(name, 1.0)]), log, set);
            RunAsync(context, settings, service, log, name).GetAwaiter().GetResult();
            context.Say($"judged {service.Answered} completions; the folder has {log.Count} in steps 1 to {log.Step}");
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone serve-rewards --batch 1024 --out rewards",
            "hone serve-rewards --data train.jsonl --reward math --batch 1024 --port 5001 --out rewards");
    }

    private static string RewardFor(DataSet? set) => set is not null && set.Rows.All(row => row.Answer is not null)
        ? DefaultReward.NameFor(set)
        : RewardFactory.Math;

    private static async Task RunAsync(
        CommandContext context, WebHostSettings settings, RewardService service, RewardLogWriter log, string reward)
    {
        await using LocalWebHost host = await LocalWebHost.StartAsync(
            settings, routes => RewardEndpoints.Map(routes, service), context.TakeCancel());
        context.Print($"OpenRLHF: --reward.remote_url {new Uri(host.Address, RewardEndpoints.Path)}");
        context.Say($"reward {reward}; the next completion is of step {log.Step}; Ctrl-C ends");
        await host.RunAsync(context.TakeCancel());
    }
}
