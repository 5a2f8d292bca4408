using Hone.Inference.Chat.Jinja;

namespace Hone.Inference.Tests.Chat.Jinja;

/// <summary>What is left out of Jinja2 is an error that names the construct and its line.</summary>
public sealed class UnsupportedTests
{
    [Theory]
    [InlineData("{% include 'a' %}", "include")]
    [InlineData("{% extends 'a' %}", "extends")]
    [InlineData("{% import 'a' as a %}", "import")]
    [InlineData("{% from 'a' import b %}", "from")]
    [InlineData("{% block a %}{% endblock %}", "block")]
    [InlineData("{% call m() %}{% endcall %}", "call")]
    [InlineData("{% filter upper %}a{% endfilter %}", "filter")]
    [InlineData("{% with a = 1 %}{% endwith %}", "with")]
    [InlineData("{% autoescape true %}{% endautoescape %}", "autoescape")]
    [InlineData("{% do x.append(1) %}", "do")]
    [InlineData("{% for a in b recursive %}{% endfor %}", "recursive")]
    [InlineData("{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "caller")]
    [InlineData("{% for a in [1] %}{{ loop([2]) }}{% endfor %}", "recursive")]
    [InlineData("{{ cycler('a') }}", "cycler")]
    [InlineData("{{ 'a' | wordcount }}", "wordcount")]
    [InlineData("{{ 1 is sameas 1 }}", "sameas")]
    [InlineData("{{ 'a'.encode() }}", "encode")]
    [InlineData("{{ {'a': 1}.update({}) }}", "update")]
    [InlineData("{{ '%s' % 1 }}", "'%'")]
    [InlineData("{{ f(*x) }}", "'*'")]
    [InlineData("{{ f(**x) }}", "'**'")]
    [InlineData("{{ {none: 1} }}", "key")]
    [InlineData("{{ strftime_now('%U') }}", "%U")]
    [InlineData("{{ '1' | int(0, 16) }}", "base")]
    [InlineData("{{ {}.items() }}", "list")]
    [InlineData("{{ namespace() }}", "namespace")]
    public void The_error_names_construct_and_line(string template, string construct)
    {
        var error = Assert.Throws<JinjaException>(
            () => JinjaTemplate.Parse("a\n{# b\n #}\n" + template).Render([], () => new DateOnly(2024, 7, 6)));
        Assert.Equal(4, error.Line);
        Assert.Contains(construct, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_date_there_is_no_clock()
    {
        Assert.Equal("False", JinjaTemplate.Parse("{{ strftime_now is defined }}").Render([]));
        var error = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse("{{ strftime_now('%Y') }}").Render([]));
        Assert.Contains("'strftime_now' is not defined", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_date_is_asked_for_only_by_a_template_that_writes_it()
    {
        int asked = 0;
        DateOnly Date()
        {
            asked++;
            return new DateOnly(2024, 7, 6);
        }

        JinjaTemplate.Parse("{% if strftime_now is defined %}a{% endif %}").Render([], Date);
        Assert.Equal(0, asked);
        JinjaTemplate.Parse("{{ strftime_now('%Y') }}").Render([], Date);
        Assert.Equal(1, asked);
    }
}
