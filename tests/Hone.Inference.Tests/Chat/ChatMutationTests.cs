using System.Text;
using System.Text.Json.Nodes;
using Hone.Inference.Chat;
using Hone.Mutation;

namespace Hone.Inference.Tests.Chat;

/// <summary>Damaged chat templates, the files that hold them, and conversations.</summary>
public sealed class ChatMutationTests : IDisposable
{
    private const string Template = """
        {%- macro part(m) -%}{{ m.content | trim }}{%- endmacro -%}
        {{- bos_token }}
        {%- set ns = namespace(last=-1, seen={'a': [1, 2.5, none]}) %}
        {%- for message in messages %}
            {%- if loop.first and message['role'] != 'system' %}{{- '<|system|>\nYou help.\n' }}{%- endif %}
            {%- if message.role == 'tool' %}{{ raise_exception('no ' ~ message.role|upper) }}{% elif not message.content is string -%}
                {{- message | tojson(indent=2) -}}
            {%- else %}{{- '<|' + message['role'] + '|>\n' + part(message) + '\n' }}{%- endif %}
            {%- set ns.last = loop.index0 %}
        {%- endfor %}
        {%- if add_generation_prompt and ns.last >= 0 %}{{- '<|assistant|>\n' }}{%- endif %}{# end #}
        {{- messages[::-1] | map(attribute='role') | join(',') }}{{ 7 // 2 ** 3 - 1 }}{{ "a" in "abc" and 1 < 2 <= 3 }}
        """;

    private static readonly JsonObject[] Messages =
        [ChatMessages.Of("user", "q é \ud83d\ude00"), ChatMessages.Of("assistant", " a "), new() { ["role"] = "user", ["content"] = new JsonArray(1, null) }];

    private readonly string _folder = Directory.CreateTempSubdirectory("hone-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Templates()
    {
        string path = Path.Combine(_folder, "chat_template.jinja");
        MutationRun.Check("chat_template.jinja", Encoding.UTF8.GetBytes(Template), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return Rendered();
        }, words:
        [
            "{%", "%}", "{{", "}}", "{% for x in range(99999) %}", "{% endfor %}", "{% include '/etc/passwd' %}", "{% import 'os' as os %}", ".__class__",
            "|format(1)", "* 999999999", "~ messages", "|list|list", "{% set x = x %}", "not ", "(((", "[::-1]", "1e999", "| tojson", "'a' * 1000000000",
        ]);
    }

    [Fact]
    public void Settings_that_hold_one()
    {
        string path = Path.Combine(_folder, "tokenizer_config.json");
        string sound = new JsonObject
        {
            ["bos_token"] = new JsonObject { ["content"] = "<s>" },
            ["eos_token"] = "</s>",
            ["additional_special_tokens"] = new JsonArray("<a>", new JsonObject { ["content"] = "<b>" }),
            ["chat_template"] = new JsonArray(
                new JsonObject { ["name"] = "default", ["template"] = "{{ bos_token }}{% for m in messages %}{{ m.role }}{% endfor %}" },
                new JsonObject { ["name"] = "rag", ["template"] = "{{ documents }}" }),
        }.ToJsonString();
        MutationRun.Check("tokenizer_config.json (chat template)", Encoding.UTF8.GetBytes(sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return Rendered();
        }, error => error is InvalidDataException or FileNotFoundException);
    }

    [Fact]
    public void Conversations()
    {
        string path = Path.Combine(_folder, "messages.json");
        const string Sound = """{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"q"}],"n":1.5e3,"t":true,"x":null}]}""";
        ChatTemplate template = ChatTemplate.Parse("t", "{{ messages | tojson }}{% for m in messages %}{{ m.items() | list }}{% endfor %}");
        MutationRun.Check("messages.json", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return template.Render(ChatMessages.Read(path), new RenderOptions()).Length;
        });
    }

    [Theory]
    [InlineData("{\"bos_token\":\"\\ud800\",\"chat_template\":\"{{ bos_token }}\"}")]
    [InlineData("{\"chat_template\":\"\\udc00\"}")]
    [InlineData("{\"\\ud800\":1,\"chat_template\":\"a\"}")]
    [InlineData("{\"chat_template\":[{\"name\":\"default\",\"template\":\"\\ud800\"}]}")]
    public void Half_a_surrogate_pair_in_the_settings_is_refused(string config)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Rendered());
        Assert.Contains("tokenizer_config.json: a text in it is not valid UTF-8 or has half a surrogate pair", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% NAME %}")]
    [InlineData("{{ 1 | NAME }}")]
    [InlineData("{{ raise_exception('a\n\u001b]0;NAME') }}")]
    public void A_name_or_refusal_of_any_length_is_one_short_line(string template)
    {
        File.WriteAllText(Path.Combine(_folder, "chat_template.jinja"), template.Replace("NAME", new string('a', 100_000), StringComparison.Ordinal));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Rendered());
        Assert.InRange(error.Message.Length, 1, 1000);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    private int Rendered() => ChatTemplate.IsIn(_folder)
        ? ChatTemplate.Load(_folder).Render(Messages, new RenderOptions { AddGenerationPrompt = true, Date = () => new DateOnly(2026, 1, 1) }).Length
        : throw new InvalidDataException("no template");
}
