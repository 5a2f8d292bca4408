using System.CommandLine;
using Hone.Cli.Running;
using Hone.Cli.Scores;
using Hone.Inference.Scoring;
using Hone.Records.Logs;
using Hone.Records.Logs.Logprobs;
using Hone.Records.Logs.Texts;

namespace Hone.Cli.Commands;

/// <summary>`hone score --rollouts`: log-probabilities for a log that has none.</summary>
internal sealed class ScoreRollouts
{
    private readonly Option<string?> _rollouts = new("--rollouts")
    {
        Description = "Instead of --data: score the completions of a trainer's log and keep their log-probabilities beside it, for hone rank",
        HelpName = "LOGS",
    };

    private readonly Option<string> _source = new("--as")
    {
        Description = "With --rollouts, what the scores are: reference (one fixed model, as the UGCS authors' code has it) or policy",
        HelpName = "SOURCE", DefaultValueFactory = _ => "reference",
    };

    private readonly Option[] _ofPrompts;

    /// <summary>Adds the options to the command.</summary>
    /// <param name="command">`hone score`.</param>
    /// <param name="required">Options that prompts cannot do without.</param>
    /// <param name="others">Options that say how prompts are scored.</param>
    public ScoreRollouts(Command command, Option[] required, Option[] others)
    {
        _ofPrompts = [.. required, .. others];
        CommonOptions.OneOf(_source, "reference", "policy");
        command.Options.Add(_rollouts);
        command.Options.Add(_source);
        command.Validators.Add(result =>
        {
            foreach (Option option in required)
            {
                if (result.GetResult(_rollouts) is null && result.GetResult(option) is null)
                {
                    result.AddError($"Option '{option.Name}' is required.");
                }
            }
        });
    }

    /// <summary>Whether a log is to be scored rather than prompts.</summary>
    /// <exception cref="UsageException">Options of both were given.</exception>
    public bool Asked(ParseResult parsed)
    {
        bool asked = parsed.GetValue(_rollouts) is not null;
        if (asked && _ofPrompts.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException(
                $"{given.Name} does not go with --rollouts: completions are scored as they were logged. Hint: leave it out.");
        }

        return asked || parsed.GetResult(_source) is not { Implicit: false }
            ? asked
            : throw new UsageException("--as goes with --rollouts alone. Hint: leave it out.");
    }

    /// <summary>Scores the log.</summary>
    public void Run(CommandContext context, ParseResult parsed, ModelOptions model, string[]? fields, bool json)
    {
        string log = parsed.GetValue(_rollouts)!;
        var options = new LogOptions { Fields = CommandLine.RolloutTextFields(fields) };

        // A log that cannot be read is refused before a model is loaded.
        RolloutTexts texts = RolloutTexts.Open(log, options);
        RolloutLog numbers = RolloutLog.Read(log, options with { LogprobsElsewhere = true });
        int total = numbers.Count + numbers.SkippedRows;
        using RunningModel running = model.Open(context, parsed, addSpecialTokens: true);
        running.Require(TargetMode.Prompt);
        LogprobSource source = parsed.GetValue(_source) == "policy" ? LogprobSource.Policy : LogprobSource.Reference;
        context.Say($"{log}: {numbers.Format.Title}, {total} completions in {texts.Files.Count} files");
        new RolloutScoringJob(context, running, log, texts, total, source).Run(json);
    }
}
