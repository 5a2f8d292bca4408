using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Inference;
using Hone.Inference.Chat;

namespace Hone.Cli.Commands;

/// <summary>`hone generate`: a completion of one prompt, with its log-probabilities if asked for.</summary>
internal static class GenerateCommand
{
    private const int DefaultMaxTokens = 200;

    public static Command Create(CommandContext context)
    {
        Option<string> model = CommonOptions.Model();
        var prompt = new Option<string?>("--prompt") { Description = "Prompt; may be empty where the model has a beginning token", HelpName = "TEXT" };
        var messages = new Option<string?>("--messages")
        {
            Description = "JSON file with a conversation to go on with, instead of --prompt: a list of role and content", HelpName = "FILE",
        };
        var maxTokens = new Option<int>("--max-tokens")
        {
            Description = "Most tokens of the completion", HelpName = "N", DefaultValueFactory = _ => DefaultMaxTokens,
        };
        var logProbs = new Option<bool>("--logprobs") { Description = "Natural log-probability of each token at temperature 1" };
        var echo = new Option<bool>("--echo") { Description = "Show the prompt's tokens too; with --max-tokens 0 only them" };
        Option<long> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        Option<string> weights = CommonOptions.Weights();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("generate", "Complete a prompt") { model, prompt, messages };
        var chat = new ChatOptions(command);
        Option<string> prefix = CommonOptions.AnswerPrefix();
        command.Options.Add(prefix);
        command.Options.Add(maxTokens);
        var sampling = new SamplingOptions(command, 0, "0");
        foreach (Option option in new Option[] { seed, logProbs, echo, json, threads, weights })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            SamplingRule rule = sampling.Read(parsed);
            int most = parsed.GetValue(maxTokens);
            if (most < 0)
            {
                throw new UsageException($"--max-tokens {most}: expected 0 or more. Hint: 0 with --echo shows the prompt.");
            }

            string name = parsed.GetRequiredValue(model);
            ChatPrompt? conversation = chat.Read(context, parsed, name, implied: parsed.GetValue(messages) is not null);
            string text = Prompt(parsed.GetValue(prompt), parsed.GetValue(messages), chat.System(parsed), conversation)
                + parsed.GetRequiredValue(prefix);
            using LoadedModel loaded = LoadedModel.Load(
                context, name, parsed.GetValue(threads), CommonOptions.Weights(parsed, weights));
            loaded.Text.AddSpecialTokens = conversation is null;
            Generated result = Generate(
                loaded, text, most, rule, parsed.GetValue(seed), parsed.GetValue(echo));
            context.Introduce(loaded.Kernels);
            IgnoredDefaults.Say(context, loaded.Model.Config);
            Print(context, loaded, result, parsed.GetValue(json), parsed.GetValue(logProbs));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone generate --model arith-base --prompt '23+4*7='",
            "hone generate --model DIR --prompt 'Once upon' --temperature 0.8 --seed 7 --logprobs --json",
            "hone generate --model DIR --prompt 'Hi' --chat --system 'Be brief.' --echo --max-tokens 0",
            "hone generate --model DIR --messages chat.json");
    }

    private static string Prompt(string? prompt, string? file, string? system, ChatPrompt? chat)
    {
        if (prompt is null == file is null)
        {
            throw new UsageException("expected either --prompt TEXT or --messages FILE. Hint: see hone generate --help.");
        }

        if (chat is null)
        {
            return prompt!;
        }

        IReadOnlyList<JsonObject> messages = file is null ? [ChatMessages.Of("user", prompt!)] : ChatMessages.Read(file);
        if (system is not { Length: > 0 })
        {
            return chat.Text(messages);
        }

        return (string?)messages[0]["role"] != "system"
            ? chat.Text([ChatMessages.Of("system", system), .. messages])
            : throw new UsageException($"--system: {file} has a system message already, expected one of them. Hint: leave --system out.");
    }

    private static Generated Generate(LoadedModel loaded, string prompt, int maxTokens, SamplingRule rule, long seed, bool echo)
    {
        var request = new CompletionRequest(prompt, [(ulong)seed], maxTokens);
        TextCompletion completion = loaded.Text.Complete([request], rule)[0];

        // A completion of nothing is a text of its own, not the continuation of one.
        string text = prompt.Length > 0 ? completion.Text : loaded.Tokenizer.Decode(completion.Tokens);
        int[] promptTokens = loaded.Tokenizer.Encode(prompt, loaded.Text.AddSpecialTokens);
        float?[] logProbs = [.. completion.LogProbs.Select(value => (float?)value)];
        if (!echo)
        {
            return new Generated(text, completion.Tokens, logProbs, promptTokens.Length);
        }

        TextScore? score = null;
        loaded.Text.Score([new ScoringRequest(prompt, 0)], (_, found) => score = found);
        if (score is null)
        {
            throw new InvalidDataException(
                $"--prompt has {promptTokens.Length} tokens, the model has {loaded.Text.ContextTokens} positions, expected it to fit. "
                + "Hint: shorten the prompt.");
        }

        int unknown = promptTokens.Length - score.LogProbs.Length;
        return new Generated(
            loaded.Tokenizer.Decode(promptTokens, skipSpecialTokens: false) + text,
            [.. promptTokens, .. completion.Tokens],
            [.. new float?[unknown], .. score.LogProbs.Select(value => (float?)value), .. logProbs],
            promptTokens.Length);
    }

    private static void Print(CommandContext context, LoadedModel loaded, Generated result, bool json, bool logProbs)
    {
        if (json)
        {
            var document = new JsonObject
            {
                ["text"] = result.Text, ["tokens"] = new JsonArray([.. result.Tokens.Select(id => (JsonNode)id)]),
            };
            if (logProbs)
            {
                document["logprobs"] = new JsonArray([.. result.LogProbs.Select(value => JsonOutput.Number(value))]);
            }

            document["prompt_tokens"] = result.PromptTokens;
            JsonOutput.Print(context, document);
            return;
        }

        context.Output.WriteLine(TerminalText.Clean(result.Text));
        if (logProbs)
        {
            for (int i = 0; i < result.Tokens.Length; i++)
            {
                string value = result.LogProbs[i]?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";
                string token = TerminalText.Clean(loaded.Tokenizer.TokenOf(result.Tokens[i]) ?? "");
                context.Print($"{i,5} {result.Tokens[i],7} {value,10}  {token}");
            }
        }
    }

    private sealed record Generated(string Text, int[] Tokens, float?[] LogProbs, int PromptTokens);
}
