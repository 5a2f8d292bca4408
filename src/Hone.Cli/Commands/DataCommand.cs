using System.CommandLine;
using Hone.Records.DataSets;

namespace Hone.Cli.Commands;

/// <summary>`hone data`: generated data sets.</summary>
internal static class DataCommand
{
    public static Command Create(CommandContext context) => HelpWithExamples.Add(
        new Command("data", "Generate data sets") { Arithmetic(context) }, "hone data arithmetic --count 500 --out prompts.jsonl");

    private static Command Arithmetic(CommandContext context)
    {
        var count = new Option<int>("--count") { Description = "Prompts", HelpName = "N", Required = true };
        var level = new Option<int>("--level")
        {
            Description = "Most operators in an expression, 1 to 6", HelpName = "L", DefaultValueFactory = _ => 3,
        };
        Option<long> seed = CommonOptions.Seed();
        var direct = new Option<double>("--direct-share")
        {
            Description = "Share of solutions that are the answer alone, without steps", HelpName = "X",
        };
        var output = new Option<string>("--out") { Description = "File to write", HelpName = "FILE", Required = true };
        var command = new Command("arithmetic", "Write verifiable arithmetic prompts as JSON Lines: id, prompt, answer, solution")
        {
            count, level, seed, direct, output,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<ArithmeticProblem> problems = CommandLine.Arithmetic(
                parsed.GetValue(count), parsed.GetValue(level), parsed.GetValue(seed), parsed.GetValue(direct));
            Records.DataSets.Arithmetic.Write(parsed.GetRequiredValue(output), problems);
            context.Print($"{problems.Count} prompts of level {parsed.GetValue(level)} in {parsed.GetValue(output)}");
            return 0;
        });
        return HelpWithExamples.Add(command, "hone data arithmetic --count 2000 --level 3 --seed 1 --out train.jsonl");
    }
}
