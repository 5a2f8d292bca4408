using System.CommandLine;
using Hone.Cli.Configuration;
using Hone.Inference.Chat;

namespace Hone.Cli.Commands;

/// <summary>The options `--chat`, `--system` and `--date`, and the conversation that they ask for.</summary>
internal sealed class ChatOptions
{
    private readonly Option<bool> _chat;
    private readonly Option<string?> _system;
    private readonly Option<string> _date;
    private readonly string _defaultSystem;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultSystem">The system text where none is given; empty for none.</param>
    /// <param name="systemNote">What the help says of it.</param>
    public ChatOptions(Command command, string defaultSystem = "", string systemNote = "none unless given")
    {
        _defaultSystem = defaultSystem;
        _chat = new Option<bool>("--chat") { Description = "Put prompts through the model's chat template" };
        _system = new Option<string?>("--system")
        {
            Description = $"System text of the conversation; {systemNote}", HelpName = "TEXT",
        };
        _date = new Option<string>("--date")
        {
            Description = "Date for chat templates that write one; today's unless given", HelpName = "YYYY-MM-DD",
        };
        _date.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && PromptDate.Parse(text) is null)
            {
                result.AddError($"--date {text}: expected YYYY-MM-DD. Hint: for example --date 2024-07-26.");
            }
        });
        command.Options.Add(_chat);
        command.Options.Add(_system);
        command.Options.Add(_date);
    }

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_chat, _system, _date];

    /// <summary>The system text that was given, or null.</summary>
    public string? System(ParseResult parsed) => parsed.GetValue(_system);

    /// <summary>Whether `--chat` was given.</summary>
    public bool Asked(ParseResult parsed) => parsed.GetValue(_chat);

    /// <summary>The conversation asked for, or null for bare prompts.</summary>
    /// <param name="context">Says today's date where a template asks for one.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model's name or folder.</param>
    /// <param name="implied">Whether another option asks for a conversation too.</param>
    /// <exception cref="UsageException">`--system` or `--date` without a conversation.</exception>
    /// <exception cref="FileNotFoundException">The model has no chat template.</exception>
    public ChatPrompt? Read(CommandContext context, ParseResult parsed, string model, bool implied = false)
    {
        string? system = System(parsed), date = parsed.GetValue(_date);
        if (!Asked(parsed) && !implied)
        {
            return system is null && date is null
                ? null
                : throw new UsageException(
                    $"{(system is null ? "--date" : "--system")} goes with a conversation, expected --chat too. Hint: add --chat.");
        }

        return new ChatPrompt(ChatTemplate.Load(Models.TemplateFolder(Models.ExistingFolder(model))))
        {
            System = system ?? _defaultSystem, Date = new PromptDate(context, PromptDate.Parse(date), "--date").Read,
        };
    }
}
