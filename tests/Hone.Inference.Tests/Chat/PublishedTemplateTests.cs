using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Inference.Chat;

namespace Hone.Inference.Tests.Chat;

/// <summary>The templates that models ship, against what Jinja2 rendered from them.</summary>
public sealed class PublishedTemplateTests
{
    private static readonly JsonObject Vectors = ChatVectors.Read("chat_templates.json");

    public static TheoryData<string> Templates =>
        [.. Vectors["templates"]!.AsArray().Select(template => (string)template!["template"]!)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Renders_what_Jinja2_renders(string name)
    {
        string path = ChatVectors.Template(name);
        JsonNode vectors = Vectors["templates"]!.AsArray().Single(template => (string)template!["template"]! == name)!;
        Assert.Equal((string)vectors["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        var tokens = Vectors["tokens"]!.AsObject().ToDictionary(item => item.Key, item => (string)item.Value!);
        ChatTemplate template = ChatTemplate.Parse(name, File.ReadAllText(path), tokens);
        JsonArray cases = vectors["cases"]!.AsArray();
        Assert.NotEmpty(cases);
        Assert.All(cases, vector => Check(template, vector!));
    }

    private static void Check(ChatTemplate template, JsonNode vector)
    {
        JsonArray messages = Vectors["conversations"]![(string)vector["conversation"]!]!.AsArray();
        DateOnly? date = (string?)vector["date"] is { } text ? DateOnly.Parse(text, CultureInfo.InvariantCulture) : null;
        var options = new RenderOptions
        {
            AddGenerationPrompt = (bool)vector["add_generation_prompt"]!,
            EnableThinking = (bool?)vector["enable_thinking"],
            Date = date is { } day ? () => day : null,
        };
        string Render() => template.Render([.. messages.Select(message => message!.AsObject())], options);
        if (vector["error"] is null)
        {
            Assert.Equal((string)vector["text"]!, Render());
            return;
        }

        // A text that the template itself raises must come through; Python's own errors have other words than ours.
        var error = Assert.Throws<InvalidDataException>(Render);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        if (error.Message.Contains("refuses", StringComparison.Ordinal))
        {
            Assert.Contains((string)vector["error"]!, error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("list object has no element 0", (string)vector["error"]!);
        }
    }
}
