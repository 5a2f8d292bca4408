using System.Text;
using Hone.Inference.Chat;

namespace Hone.Inference.Tests.Chat;

/// <summary>Where a model folder keeps its template, and what comes of folders that are damaged.</summary>
public sealed class ChatTemplateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hone-chat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_template_of_the_configuration_is_taken()
    {
        Write("tokenizer_config.json", """{"chat_template":"{{ bos_token }}{{ messages[0].content }}{{ eos_token }}","bos_token":"<s>","eos_token":null}""");
        Assert.Equal("<s>Hi", Render());
    }

    [Fact]
    public void The_file_of_its_own_goes_first()
    {
        Write("tokenizer_config.json", """{"chat_template":"old","bos_token":{"content":"<s>","lstrip":false}}""");
        Write("chat_template.jinja", "{{ bos_token }}new\n");
        Assert.Equal("<s>new", Render());
    }

    [Fact]
    public void The_file_of_its_own_needs_no_configuration()
    {
        Write("chat_template.jinja", "{{ messages[0].role }}");
        Assert.Equal("user", Render());
    }

    [Fact]
    public void Of_named_templates_the_default_is_taken()
    {
        Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d{{ additional_special_tokens }}"}],"additional_special_tokens":["<a>",{"content":"<b>"}]}""");
        Assert.Equal("d['<a>', '<b>']", Render());
    }

    [Fact]
    public void Tools_and_documents_are_none_and_thinking_is_undefined()
    {
        Write("chat_template.jinja", "{{ tools }}{{ documents }}{{ enable_thinking is defined }}{{ add_generation_prompt }}");
        Assert.Equal("NoneNoneFalseFalse", Render());
        Assert.Equal("NoneNoneTrueTrue", ChatTemplate.Load(_folder).Render([], new RenderOptions { EnableThinking = false, AddGenerationPrompt = true }));
    }

    [Fact]
    public void A_folder_without_template_is_refused()
    {
        Write("tokenizer_config.json", "{}");
        var error = Assert.Throws<FileNotFoundException>(Render);
        Assert.Contains("chat_template.jinja", error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("{", "invalid JSON")]
    [InlineData("""{"chat_template":7}""", "neither text nor a list")]
    [InlineData("""{"chat_template":[{"name":"default"}]}""", "name and template")]
    [InlineData("""{"chat_template":[7]}""", "name and template")]
    [InlineData("""{"chat_template":[{"name":"tool_use","template":"t"}]}""", "tool_use")]
    [InlineData("""{"chat_template":"a","bos_token":7}""", "bos_token")]
    [InlineData("""{"chat_template":"a","bos_token":{"id":7}}""", "bos_token")]
    [InlineData("""{"chat_template":"a","chat_template":"b"}""", "twice")]
    [InlineData("""{"chat_template":"a\n{% nope %}"}""", ":2: the block '{% nope %}'")]
    [InlineData("""{"chat_template":"a\n{{ x.y }}"}""", ":2: 'x' is not defined")]
    [InlineData("""{"chat_template":"{{ raise_exception('Not so') }}"}""", "refuses the conversation: Not so")]
    public void A_damaged_configuration_is_refused(string config, string part)
    {
        Write("tokenizer_config.json", config);
        var error = Assert.Throws<InvalidDataException>(Render);
        Assert.Contains("tokenizer_config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_template_that_is_not_UTF8_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "chat_template.jinja"), [0x61, 0xff]);
        Assert.Contains("UTF-8", Assert.Throws<InvalidDataException>(Render).Message, StringComparison.Ordinal);
    }

    private string Render() => ChatTemplate.Load(_folder).Render([ChatMessages.Of("user", "Hi")], new RenderOptions());

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text, new UTF8Encoding(false));
}
