using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Training.Rewards;

namespace Hone.Cli.Commands;

/// <summary>`hone verify`: the math reward's verdict on answers.</summary>
internal static class VerifyCommand
{
    public static Command Create(CommandContext context)
    {
        var gold = new Option<string?>("--gold") { Description = "The true answer: 1/2, \\frac{1}{2}, (3, 4]", HelpName = "A" };
        var answer = new Option<string?>("--answer") { Description = "The answer to compare, or a whole completion", HelpName = "B" };
        var data = new Option<string?>("--data") { Description = "Pairs with the fields gold and answer: JSON Lines, plain or .gz", HelpName = "FILE" };
        Option<string[]> field = CommonOptions.Field("answer=completion");
        var extract = new Option<string?>("--extract")
        {
            Description = $"Ways to find the answer, in order: {string.Join(",", AnswerExtraction.Methods.Keys)}", HelpName = "WAYS",
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("verify", "Say whether answers equal gold answers, as the reward math does") { gold, answer, data, field, extract, json };
        command.SetAction(parsed =>
        {
            IEnumerable<AnswerPair> pairs = Pairs(parsed.GetValue(gold), parsed.GetValue(answer), parsed.GetValue(data), parsed.GetValue(field));
            var reward = new MathReward(Order(parsed.GetValue(extract)));
            Print(context, [.. pairs.Select(pair => Judge(reward, pair))], parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone verify --gold 1/2 --answer 0.5",
            "hone verify --gold 18 --answer 'So she has 18 eggs.' --json",
            "hone verify --data pairs.jsonl --field gold=target --field answer=completion --extract boxed,last_number");
    }

    private static IEnumerable<AnswerPair> Pairs(string? gold, string? answer, string? data, string[]? field)
    {
        if (data is null == (gold is null || answer is null) || (data is not null && (gold ?? answer) is not null))
        {
            throw new UsageException(
                "expected either --gold and --answer, or --data. Hint: hone verify --gold 1/2 --answer 0.5");
        }

        FieldMap fields = CommandLine.AnswerPairFields(field);
        return data is null ? [new AnswerPair(gold!, answer!)] : AnswerPair.ReadAll(data, fields);
    }

    private static AnswerMethod[]? Order(string? text)
    {
        if (text is null)
        {
            return null;
        }

        IReadOnlyDictionary<string, AnswerMethod> methods = AnswerExtraction.Methods;
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(name => methods.TryGetValue(name, out AnswerMethod method)
            ? method
            : throw new UsageException(
                $"--extract '{name}': expected {string.Join(", ", methods.Keys)}. Hint: did you mean '{NearestName.Of(name, methods.Keys) ?? "boxed"}'?"))];
    }

    private static Verdict Judge(MathReward reward, AnswerPair pair)
    {
        var input = new RewardInput("", pair.Answer, pair.Gold);
        return new Verdict(pair, reward.Score(input) == 1.0, reward.Extract(input).Text);
    }

    private static void Print(CommandContext context, IReadOnlyList<Verdict> verdicts, bool json)
    {
        if (json)
        {
            JsonOutput.Print(context, new JsonArray([.. verdicts.Select(verdict => (JsonNode)new JsonObject
            {
                ["gold"] = verdict.Pair.Gold, ["answer"] = verdict.Pair.Answer, ["equal"] = verdict.Equal, ["extracted"] = verdict.Extracted,
            })]));
            return;
        }

        foreach (Verdict verdict in verdicts)
        {
            string found = verdict.Extracted is null ? "no answer found" : Line(verdict.Extracted);
            context.Print($"{(verdict.Equal ? "equal" : "not equal"),-9}  gold {Line(verdict.Pair.Gold)}  answer {found}");
        }

        if (verdicts.Count != 1)
        {
            context.Print($"{verdicts.Count(verdict => verdict.Equal)} of {verdicts.Count} equal");
        }
    }

    private static string Line(string text) => TerminalText.Clean(text.ReplaceLineEndings(" "));

    private sealed record Verdict(AnswerPair Pair, bool Equal, string? Extracted);
}
