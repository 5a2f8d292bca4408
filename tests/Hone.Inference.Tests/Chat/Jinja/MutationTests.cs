using System.Text;
using System.Text.Json.Nodes;
using Hone.Inference.Chat;
using Hone.Inference.Chat.Jinja;

namespace Hone.Inference.Tests.Chat.Jinja;

/// <summary>Whatever is done to a template, it renders or ends in an error of its own.</summary>
public sealed class MutationTests
{
    private const int Mutations = 4000;

    private static readonly string[] Pieces =
    [
        "{%", "%}", "{{", "}}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "|", ".", ",", ":", "=", "~",
        "*", "**", "/", "//", "%", "<", "not ", " in ", " is ", " if ", " else ", "for ", "endfor", "set ", "macro ", "range(9**9)",
        "namespace()", "loop", "messages", "none", "x", "0", "-1", "99999999999", "1e308", "\n", "👋", "\ud83d", "\0", "raw", "endraw",
        "[::-1]", "|tojson", "|map(", ".items()", "|join", "break", "recursive",
    ];

    [Fact]
    public void Never_crashes()
    {
        JsonArray snippets = ChatVectors.Read("jinja_snippets.json")["snippets"]!.AsArray();
        string[] templates = [.. snippets.Select(snippet => (string)snippet!["template"]!)];
        object? messages = JsonValues.Of(JsonNode.Parse("""[{"role":"user","content":"a"},{"role":"x","content":null,"y":[1,{"z":2.5}]}]"""));
        var random = new Random(20240706);
        int rendered = 0, refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string template = Mutated(templates, random);
            try
            {
                JinjaTemplate.Parse(template).Render([KeyValuePair.Create("messages", messages)], () => new DateOnly(2024, 7, 6));
                rendered++;
            }
            catch (JinjaException error)
            {
                Assert.InRange(error.Line, 1, template.Length + 1);
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"{error.GetType().Name} for {template}\n{error}");
            }
        }

        // Neither kind may be a rarity, or the test says little.
        Assert.InRange(rendered, Mutations / 10, Mutations);
        Assert.InRange(refused, Mutations / 10, Mutations);
    }

    private static string Mutated(string[] templates, Random random)
    {
        var text = new StringBuilder(templates[random.Next(templates.Length)]);
        if (random.Next(3) == 0)
        {
            text.Append(templates[random.Next(templates.Length)]);
        }

        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(text.Length + 1);
            switch (random.Next(3))
            {
                case 0:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                    break;
                default:
                    string other = templates[random.Next(templates.Length)];
                    int from = random.Next(other.Length + 1);
                    text.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 20), other.Length - from)));
                    break;
            }
        }

        return text.ToString();
    }
}
