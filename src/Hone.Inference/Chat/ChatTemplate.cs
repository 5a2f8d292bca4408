using System.Text.Json.Nodes;
using Hone.Inference.Chat.Jinja;

namespace Hone.Inference.Chat;

/// <summary>A model's chat template: how a conversation becomes the text that the model was trained on.</summary>
/// <example>
/// <code>
/// ChatTemplate template = ChatTemplate.Load("models/Qwen2.5-0.5B-Instruct");
/// string prompt = template.Render([new JsonObject { ["role"] = "user", ["content"] = "What is 2+2?" }],
///     new RenderOptions { AddGenerationPrompt = true });
/// </code>
/// </example>
public sealed class ChatTemplate
{
    private const int LongestMessage = 400;

    private readonly JinjaTemplate _template;
    private readonly IReadOnlyDictionary<string, object?> _specialTokens;

    private ChatTemplate(string source, JinjaTemplate template, IReadOnlyDictionary<string, object?> specialTokens) =>
        (Source, _template, _specialTokens) = (source, template, specialTokens);

    /// <summary>Where the template comes from, for errors.</summary>
    public string Source { get; }

    /// <summary>
    /// Loads the template of a model folder: `chat_template.jinja`, else `chat_template` of `tokenizer_config.json`, a text
    /// or a list of named texts of which `default` is taken.
    /// </summary>
    /// <param name="folder">A Hugging Face model folder.</param>
    /// <exception cref="FileNotFoundException">The folder has no template.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the template uses what is not supported.</exception>
    public static ChatTemplate Load(string folder) => ChatTemplateFile.Load(folder);

    /// <summary>Whether a folder holds a template, readable or not.</summary>
    public static bool IsIn(string folder) => ChatTemplateFile.IsIn(folder);

    /// <summary>Reads a template.</summary>
    /// <param name="source">Names it in errors.</param>
    /// <param name="text">The template.</param>
    /// <param name="specialTokens">Tokens by the name that templates use, such as `bos_token`.</param>
    /// <exception cref="InvalidDataException">It is not valid, or uses what is not supported.</exception>
    public static ChatTemplate Parse(string source, string text, IReadOnlyDictionary<string, string>? specialTokens = null) =>
        Parse(source, text, (specialTokens ?? new Dictionary<string, string>()).ToDictionary(item => item.Key, item => (object?)item.Value));

    internal static ChatTemplate Parse(string source, string text, IReadOnlyDictionary<string, object?> specialTokens)
    {
        try
        {
            return new ChatTemplate(source, JinjaTemplate.Parse(text), specialTokens);
        }
        catch (JinjaException error)
        {
            throw new InvalidDataException(
                $"{source}:{error.Line}: {Short(error)}. Hint: correct the chat template, or put one that does the same in "
                + "plainer terms into chat_template.jinja.");
        }
    }

    /// <summary>Renders a conversation. Safe to call from several threads at once.</summary>
    /// <param name="messages">Messages with `role`, `content` and whatever else the template knows.</param>
    /// <param name="options">Generation prompt, thinking, date.</param>
    /// <returns>The text; special tokens are written out in it, the beginning token included where the model has one.</returns>
    /// <exception cref="InvalidDataException">The template fails on the messages or refuses them.</exception>
    public string Render(IReadOnlyList<JsonObject> messages, RenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(options);
        var variables = new Dictionary<string, object?>(_specialTokens)
        {
            ["messages"] = JsonValues.Of(new JsonArray([.. messages.Select(message => message.DeepClone())])),
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = options.AddGenerationPrompt,
        };
        if (options.EnableThinking is { } thinking)
        {
            variables["enable_thinking"] = thinking;
        }

        try
        {
            return _template.Render(variables, options.Date);
        }
        catch (JinjaException error) when (error.Refused)
        {
            throw new InvalidDataException(
                $"{Source}:{error.Line}: the chat template refuses the conversation: {Short(error)}. Hint: change the messages' "
                + "roles or order, or leave the system text out.");
        }
        catch (JinjaException error)
        {
            throw new InvalidDataException(
                $"{Source}:{error.Line}: {Short(error)}. Hint: check the messages' fields against the chat template.");
        }
    }

    // Templates choose names and refusals of any length.
    private static string Short(JinjaException error)
    {
        string line = new([.. error.Message.Take(LongestMessage).Select(unit => char.IsControl(unit) ? ' ' : unit)]);
        return error.Message.Length > LongestMessage ? line + "..." : line;
    }
}
