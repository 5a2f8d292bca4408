using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Hosting;
using Hone.Inference.Chat;

namespace Hone.Serving.Completions;

/// <summary>Turns the messages of a request into the prompt that the model was trained on.</summary>
/// <param name="model">The model.</param>
/// <param name="contextTokens">Longest sequence in tokens; text that cannot be as short is not tokenized.</param>
internal sealed class Conversation(ServedModel model, int contextTokens)
{
    private const string Name = "messages";

    /// <exception cref="RequestProblemException">No messages, a shape that is none, or a template that refuses them.</exception>
    public int[] Tokens(RequestFields fields)
    {
        string text = Text(fields);
        PromptField.CheckBytes(model, contextTokens, text);

        // What a template writes has its special tokens already.
        int[] tokens = PromptField.Tokenize(model, text, fields.Flag("add_special_tokens"));
        return tokens.Length > 0
            ? tokens
            : throw RequestProblemException.Bad("The conversation is empty once it has been through the chat template.", Name);
    }

    private string Text(RequestFields fields)
    {
        ChatTemplate template = model.Template ?? throw RequestProblemException.Bad(
            "The model has no chat template; use /v1/completions with a prompt of your own.");
        JsonElement list = fields.List(Name) ?? throw RequestProblemException.Bad("`messages` must be given.", Name);
        bool goOn = fields.Flag("continue_final_message");
        bool generate = fields.Flag("add_generation_prompt", unset: !goOn);
        if (goOn && generate)
        {
            throw RequestProblemException.Bad(
                "Cannot set both `continue_final_message` and `add_generation_prompt` to True.", "continue_final_message");
        }

        bool? thinking = Thinking(fields);
        try
        {
            JsonObject[] messages = [.. list.EnumerateArray().Select(Message)];
            if (messages.Length == 0)
            {
                throw RequestProblemException.Bad("`messages` must not be empty.", Name);
            }

            if (!goOn)
            {
                return template.Render(
                    messages, new RenderOptions { AddGenerationPrompt = generate, EnableThinking = thinking, Date = Today });
            }

            return (string?)messages[^1]["role"] == "assistant" && thinking is null
                ? new ChatPrompt(template) { Date = Today }.Text(messages)
                : throw RequestProblemException.Bad(
                    "`continue_final_message` wants a last message of the assistant's and no `chat_template_kwargs`.",
                    "continue_final_message");
        }
        catch (InvalidDataException error)
        {
            throw RequestProblemException.Bad(error.Message.Replace(template.Source, "chat template", StringComparison.Ordinal), Name);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw RequestProblemException.Bad("`messages` give a key twice, or hold invalid UTF-8 or half a surrogate pair.", Name);
        }
    }

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);

    private static bool? Thinking(RequestFields fields)
    {
        const string Field = "chat_template_kwargs", Variable = "enable_thinking";
        if (fields.Find(Field) is not { } given)
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.Wrong(Field, given, "an object");
        }

        bool isGiven = JsonBody.Property(given, Variable) is not null;
        if (given.GetPropertyCount() > (isGiven ? 1 : 0))
        {
            throw RequestProblemException.Bad($"`{Field}` has others than {Variable}, expected it alone.", Field);
        }

        var variables = new RequestFields(given);
        return variables.Find(Variable) is null ? null : variables.Flag(Variable);
    }

    private static JsonObject Message(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("role", out JsonElement role)
            || role.ValueKind != JsonValueKind.String)
        {
            throw RequestProblemException.Bad("`messages` has one without a role, expected objects with `role` and `content`.", Name);
        }

        JsonObject message = JsonObject.Create(item.Clone())!;
        if (item.TryGetProperty("content", out JsonElement content)
            && content.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            message["content"] = content.ValueKind == JsonValueKind.Array
                ? string.Join('\n', content.EnumerateArray().Select(TextPart))
                : throw RequestFields.Wrong("messages.content", content, "text or a list of text parts");
        }

        return message;
    }

    private static string TextPart(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
        && part.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
            ? RequestFields.TextOf(text, "messages.content")
            : throw RequestProblemException.Bad(
                "`messages` has content that is no text, expected text or parts of {\"type\": \"text\", \"text\": ...}.", Name);
}
