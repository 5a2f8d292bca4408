using System.Text.Json.Nodes;
using Hone.Records.DataSets;

namespace Hone.Inference.Chat;

/// <summary>
/// Turns rows of a data set into the prompts of a chat model. A row whose prompt is text becomes one user message, behind
/// the system text if there is one; a row whose prompt is a list of messages goes through the template as it is. The texts
/// are whole: a tokenizer must add nothing around them (<see cref="LocalModel.AddSpecialTokens"/>).
/// </summary>
/// <param name="template">The model's template.</param>
public sealed class ChatPrompt(ChatTemplate template)
{
    /// <summary>
    /// The system text of the authors' UFO-RL script (github.com/zy125413/UFO_RL, compute_ufo_scores.py), which is that of
    /// DeepSeek-R1-Zero (arXiv 2501.12948, table 1).
    /// </summary>
    public const string UfoRlSystem =
        "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant first "
        + "thinks about the reasoning process in the mind and then provides the user with the answer. The reasoning process and "
        + "answer are enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., <think> reasoning process "
        + "here </think>\n<answer> answer here </answer>.";

    /// <summary>The system text before prompts that are text; empty for none.</summary>
    public string System { get; init; } = "";

    /// <summary>Text behind the generation prompt, with which every completion begins.</summary>
    public string AnswerPrefix { get; init; } = "";

    /// <summary>What `strftime_now` tells a template that asks.</summary>
    public Func<DateOnly>? Date { get; init; }

    /// <summary>The row with the exact text that the model sees as its prompt.</summary>
    /// <exception cref="InvalidDataException">The template fails on the conversation or refuses it.</exception>
    public DataRow Apply(DataRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Of(row, () => row with { Prompt = Text(Messages(row)) + AnswerPrefix });
    }

    /// <summary>
    /// A conversation up to where the model goes on: behind the generation prompt, or behind a last message that is the
    /// assistant's.
    /// </summary>
    public string Text(IReadOnlyList<JsonObject> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages is [.., var last] && (string?)last["role"] == "assistant"
            ? UpToLast(messages)
            : template.Render(messages, new RenderOptions { AddGenerationPrompt = true, Date = Date });
    }

    /// <summary>
    /// A row's conversation with a beginning of the assistant's turn, up to its last character: no closing tag, no end of
    /// turn (the continuation of a final message, as TRL renders it and the UFO-RL script scores it).
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="assistant">What the assistant has said so far; blanks at its end go where the template trims them.</param>
    public string Continued(DataRow row, string assistant)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Of(row, () => UpToLast([.. Messages(row), ChatMessages.Of("assistant", assistant)]));
    }

    /// <summary>A row's conversation up to the last character of its last message, and where that message's content begins.</summary>
    public (string Text, int Start) UpToPrompt(DataRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        JsonObject[] messages = Messages(row);
        string text = Of(row, () => UpToLast(messages));
        string content = Content(messages[^1]).Trim();
        return (text, text.LastIndexOf(content, StringComparison.Ordinal));
    }

    /// <summary>What the template writes behind an assistant's whole turn: its end token, and often a line feed.</summary>
    public string AfterAnswer(DataRow row, string answer)
    {
        ArgumentNullException.ThrowIfNull(row);
        JsonObject[] messages = Messages(row) is [.. var before, var last] && (string?)last["role"] == "assistant"
            ? [.. before, ChatMessages.Of("assistant", Content(last) + answer)]
            : [.. Messages(row), ChatMessages.Of("assistant", answer)];
        string whole = Of(row, () => Render(messages));
        return whole[UpToLast(messages, whole).Length..];
    }

    // One row of thousands can be the one that a template refuses.
    private static T Of<T>(DataRow row, Func<T> render)
    {
        try
        {
            return render();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"row '{row.Id}', line {row.LineNumber}: {error.Message}", error);
        }
    }

    private JsonObject[] Messages(DataRow row)
    {
        if (row.Messages is { } given)
        {
            return [.. given.Select(message => ChatMessages.Of(message.Role, message.Content))];
        }

        JsonObject user = ChatMessages.Of("user", row.Prompt);
        return System.Length > 0 ? [ChatMessages.Of("system", System), user] : [user];
    }

    private string UpToLast(IReadOnlyList<JsonObject> messages) => UpToLast(messages, Render(messages));

    // As the transformers library cuts: behind the last place where the final message stands; where the template took blanks
    // off its end, they are gone.
    private string UpToLast(IReadOnlyList<JsonObject> messages, string whole)
    {
        string content = Content(messages[^1]);
        string bare = content.Trim();
        int start = whole.LastIndexOf(bare, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidDataException(
                $"{template.Source}: the chat template does not write the last message as it is, expected its text, to go on with it. "
                + "Hint: end the conversation with a user message.");
        }

        string trimmedStart = content.TrimStart();
        bool kept = string.CompareOrdinal(whole, start, trimmedStart, 0, trimmedStart.Length) == 0;
        return whole[..(start + (kept ? trimmedStart : bare).Length)];
    }

    private string Render(IReadOnlyList<JsonObject> messages) => template.Render(messages, new RenderOptions { Date = Date });

    private static string Content(JsonObject message) =>
        message["content"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
