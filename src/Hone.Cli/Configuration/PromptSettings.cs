using System.Globalization;
using Hone.Inference.Chat;
using Hone.Records.DataSets;

namespace Hone.Cli.Configuration;

/// <summary>The `prompt` section: how a data set's rows become the text that the model sees.</summary>
/// <param name="Chat">Whether prompts go through the model's chat template.</param>
/// <param name="System">The system text before prompts that are no conversations; empty for none.</param>
/// <param name="AnswerPrefix">Text behind the prompt, with which every completion begins; it is not trained on.</param>
/// <param name="Date">What a template that asks for the date is told; null for today.</param>
internal sealed record PromptSettings(bool Chat, string System, string AnswerPrefix, DateOnly? Date)
{
    public static PromptSettings Read(ConfigSection section)
    {
        bool chat = section.Choice("template", "none", "none", "chat") == "chat";
        string system = section.TextOr("system", "");
        string prefix = section.TextOr("answer_prefix", "");
        string? date = section.OptionalText("date");
        DateOnly? day = PromptDate.Parse(date);
        if (date is not null && day is null)
        {
            section.Report([$"date is {date}, expected YYYY-MM-DD"]);
        }

        if (!chat && (system.Length > 0 || date is not null))
        {
            section.Report(["system and date go with template: chat, expected that too"]);
        }

        return new PromptSettings(chat, system, prefix, day);
    }

    /// <summary>The chat template of a model folder, where prompts go through one.</summary>
    public ChatPrompt? Open(string folder, PromptDate date) => Chat
        ? new ChatPrompt(ChatTemplate.Load(folder)) { System = System, AnswerPrefix = AnswerPrefix, Date = date.Read }
        : null;

    /// <summary>The row with the exact text of its prompt.</summary>
    public DataRow Apply(ChatPrompt? chat, DataRow row) =>
        chat?.Apply(row) ?? row with { Prompt = row.Prompt + AnswerPrefix };
}

/// <summary>The date that a chat template is told: the one given, or today's, which is said once.</summary>
internal sealed class PromptDate(CommandContext context, DateOnly? given, string setting)
{
    private const string Format = "yyyy-MM-dd";

    /// <summary>The date, once a template asked for it.</summary>
    public DateOnly? Asked { get; private set; }

    public DateOnly Read()
    {
        if (Asked is null && given is null)
        {
            Asked = DateOnly.FromDateTime(context.Time.GetLocalNow().DateTime);
            context.Say($"the chat template writes the date: today's, {Text(Asked.Value)}; {setting} gives another");
        }

        Asked ??= given;
        return Asked!.Value;
    }

    public static string Text(DateOnly date) => date.ToString(Format, CultureInfo.InvariantCulture);

    public static DateOnly? Parse(string? text) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;
}
