using Hone.Inference.Chat;
using Hone.Records.DataSets;

namespace Hone.Inference.Tests.Chat;

public sealed class ChatPromptTests
{
    private const string Frame =
        "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</>\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    private static readonly ChatTemplate Template = ChatTemplate.Parse("frame", Frame);

    [Fact]
    public void A_prompt_in_text_becomes_one_user_message()
    {
        Assert.Equal("<user>2+2?</>\n<assistant>", new ChatPrompt(Template).Apply(Row("2+2?")).Prompt);
        Assert.Equal(
            "<system>Be brief.</>\n<user>2+2?</>\n<assistant><think>",
            new ChatPrompt(Template) { System = "Be brief.", AnswerPrefix = "<think>" }.Apply(Row("2+2?")).Prompt);
    }

    [Fact]
    public void The_rest_of_the_row_stays()
    {
        DataRow row = Row("2+2?");
        Assert.Equal(row with { Prompt = "<user>2+2?</>\n<assistant>" }, new ChatPrompt(Template).Apply(row));
    }

    [Fact]
    public void A_conversation_goes_through_as_it_is()
    {
        DataRow row = Row("b", new ChatMessage("system", "s"), new ChatMessage("user", "a"), new ChatMessage("assistant", "x"), new ChatMessage("user", "b"));
        Assert.Equal(
            "<system>s</>\n<user>a</>\n<assistant>x</>\n<user>b</>\n<assistant>", new ChatPrompt(Template) { System = "other" }.Apply(row).Prompt);
    }

    [Fact]
    public void A_conversation_that_the_assistant_has_begun_is_gone_on_with()
    {
        DataRow row = Row("a", new ChatMessage("user", "a"), new ChatMessage("assistant", "It is"));
        Assert.Equal("<user>a</>\n<assistant>It is", new ChatPrompt(Template).Apply(row).Prompt);
    }

    [Fact]
    public void What_the_assistant_has_said_ends_at_its_last_character()
    {
        var chat = new ChatPrompt(Template) { System = "s" };
        Assert.Equal("<system>s</>\n<user>q</>\n<assistant><answer> 42", chat.Continued(Row("q"), "<answer> 42"));

        // The same text earlier in the conversation is another place; blanks that the template trims are gone.
        Assert.Equal("<system>s</>\n<user>42</>\n<assistant>42", chat.Continued(Row("42"), "42 \n"));
        var keeping = new ChatPrompt(ChatTemplate.Parse("keeping", "{% for m in messages %}[{{ m.content }}]{% endfor %}"));
        Assert.Equal("[q][ 42 ", keeping.Continued(Row("q"), " 42 "));
    }

    [Fact]
    public void The_prompt_is_found_in_its_conversation()
    {
        (string text, int start) = new ChatPrompt(Template) { System = "q is s" }.UpToPrompt(Row("q"));
        Assert.Equal("<system>q is s</>\n<user>q", text);
        Assert.Equal("q", text[start..]);
    }

    [Fact]
    public void What_stands_behind_a_whole_turn_is_the_templates() =>
        Assert.Equal("</>\n", new ChatPrompt(Template).AfterAnswer(Row("q"), "answer"));

    [Fact]
    public void A_template_that_drops_the_assistants_words_cannot_be_gone_on_with()
    {
        var chat = new ChatPrompt(ChatTemplate.Parse("users", "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}"));
        var error = Assert.Throws<InvalidDataException>(() => chat.Continued(Row("q"), "42"));
        Assert.StartsWith("row 'r', line 3: users: the chat template does not write the last message", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_names_the_row_and_the_templates_line()
    {
        var chat = new ChatPrompt(ChatTemplate.Parse("strict", "\n{{ raise_exception('System role not supported') }}"));
        var error = Assert.Throws<InvalidDataException>(() => chat.Apply(Row("q")));
        Assert.StartsWith("row 'r', line 3: strict:2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("System role not supported", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_date_reaches_the_template()
    {
        var chat = new ChatPrompt(ChatTemplate.Parse("dated", "{{ strftime_now('%d %b %Y') }}")) { Date = () => new DateOnly(2024, 7, 26) };
        Assert.Equal("26 Jul 2024", chat.Apply(Row("q")).Prompt);
    }

    private static DataRow Row(string prompt, params ChatMessage[] messages) =>
        new("r", prompt, "4", null, messages.Length > 0 ? messages : null, default, 3);
}
