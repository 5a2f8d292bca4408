using System.Text.Json.Nodes;
using Hone.Inference.Chat;
using Hone.Inference.Chat.Jinja;

namespace Hone.Inference.Tests.Chat.Jinja;

/// <summary>Each construct, filter, test and method against what Jinja2 made of the same small template.</summary>
public sealed class SnippetTests
{
    private static readonly JsonObject Vectors = ChatVectors.Read("jinja_snippets.json");

    public static TheoryData<int, string> Snippets
    {
        get
        {
            var data = new TheoryData<int, string>();
            JsonArray snippets = Vectors["snippets"]!.AsArray();
            for (int i = 0; i < snippets.Count; i++)
            {
                data.Add(i, (string)snippets[i]!["template"]!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Renders_what_Jinja2_renders(int index, string template)
    {
        JsonNode snippet = Vectors["snippets"]![index]!;
        IEnumerable<KeyValuePair<string, object?>> variables = snippet["variables"]!.AsObject()
            .Select(item => KeyValuePair.Create(item.Key, JsonValues.Of(item.Value)));
        var date = DateOnly.Parse((string)Vectors["date"]!, System.Globalization.CultureInfo.InvariantCulture);
        string Render() => JinjaTemplate.Parse(template).Render(variables, () => date);
        if (snippet["error"] is { } error)
        {
            var thrown = Assert.Throws<JinjaException>(Render);
            Assert.InRange(thrown.Line, 1, template.Count(c => c == '\n') + 1);
            Assert.NotEmpty(thrown.Message);
            if (thrown.Refused)
            {
                Assert.Equal((string)error!, thrown.Message);
            }
        }
        else
        {
            Assert.Equal((string)snippet["text"]!, Render());
        }
    }
}
