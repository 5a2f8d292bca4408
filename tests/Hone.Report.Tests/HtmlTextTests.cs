using System.Text.Json;

namespace Hone.Report.Tests;

/// <summary>Model text in a page is text.</summary>
public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onload='x' & so", "&quot; onload=&#39;x&#39; &amp; so")]
    [InlineData("a\u202Eb\u2028c\u0000d\r\n\te", "a[U+202E]b[U+2028]c[U+0000]d\n\te")]
    [InlineData("\uD83D\uDE00 \u00E4 \u4E2D", "\uD83D\uDE00 \u00E4 \u4E2D")]
    public void Escapes_markup_and_shows_what_cannot_be_seen(string text, string expected) =>
        Assert.Equal(expected, HtmlText.Escape(text));

    // A lone half of a pair cannot stand in an attribute's text.
    [Fact]
    public void A_half_pair_becomes_the_replacement_character() => Assert.Equal("x\uFFFDy", HtmlText.Escape("x" + '\uD800' + "y"));

    [Fact]
    public void Cuts_at_a_limit_without_splitting_a_pair() => Assert.Equal("a…", HtmlText.Escape("a\uD83D\uDE00b", 2));

    [Theory]
    [InlineData("</script><script>")]
    [InlineData("<!-- --> ]]> \u2028 & ' \"")]
    public void Json_in_a_script_element_cannot_end_it(string text)
    {
        string json = HtmlText.ScriptJson(new Dictionary<string, string> { ["name"] = text });
        Assert.DoesNotContain('<', json);
        Assert.DoesNotContain('>', json);
        Assert.DoesNotContain('\u2028', json);
        Assert.Equal(text, JsonSerializer.Deserialize<Dictionary<string, string>>(json)!["name"]);
    }
}
