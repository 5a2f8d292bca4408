using System.Diagnostics;
using Hone.Inference.Chat;
using Hone.Inference.Chat.Jinja;

namespace Hone.Inference.Tests.Chat.Jinja;

/// <summary>Hostile templates end in an error, soon and in bounded memory.</summary>
public sealed class LimitTests
{
    // Alone each takes well under a second; the suite shares two cores.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // Text counts two bytes a character, list items and dictionaries some tens of bytes a step.
    private const long MostBytes = 1L << 30;

    public static TheoryData<string, string> Hostile => new()
    {
        { "{% for i in range(10**9) %}{{ i }}{% endfor %}", "expected at most 100,000" },
        { "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "steps" },
        { "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nesting deeper" },
        { "{% macro m(f) %}{{ f(f) }}{{ f(f) }}{% endmacro %}{{ m(m) }}", "nesting deeper" },
        { "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "characters of text" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "steps" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}", "steps" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}", "steps" },
        { "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}", "steps" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "nesting deeper" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}", "nesting deeper" },
        { "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x < ns.y }}", "nesting deeper" },
        { "{{ 'abc' * 10**18 }}", "characters of text" },
        { "{{ [1] * 10**18 }}", "steps" },
        { "{{ ([[1] * 1000] * 1000) | tojson(indent=99) }}", "of text" },
        { "{% set a = 'a' * 10**6 %}{% for i in range(99999) %}{{ 'b' in a }}{% endfor %}", "characters of text" },
        { "{% set a = 'a' * 10**6 %}{% for i in range(99999) %}{{ a == a }}{% endfor %}", "characters of text" },
        { "{% set a = 'a' * 10**6 %}{{ a.replace('', 'b' * 10**6) }}", "characters of text" },
        { "{% set a = 'a' * 10**6 %}{{ a.replace('a', 'b' * 10**6) }}", "characters of text" },
        { "{% set a = 'a\n' * 10**5 %}{{ a | indent(10**9) }}", "characters of text" },
        { "{{ ['a'] | join('b') }}{% for i in range(30) %}{{ ('x' * 10**6) }}{% endfor %}", "longer than" },
        { "{{ 9**9**9 }}", "64 bits" },
        { "{{ 10**400 }}", "64 bits" },
        { "{{ 1.5 | round(10**9) }}{% for i in range(99999) %}{{ 1.5 | round(1000) }}{% for j in range(99) %}{% endfor %}{% endfor %}", "steps" },
        { $"{{{{ {new string('(', 5000)}1{new string(')', 5000)} }}}}", "nested deeper" },
        { $"{{{{ {new string('[', 5000)}{new string(']', 5000)} }}}}", "nested deeper" },
        { $"{{{{ {new string('-', 5000)}1 }}}}", "nested deeper" },
        { $"{{{{ {string.Concat(Enumerable.Repeat("not ", 5000))}1 }}}}", "nested deeper" },
        { $"{{{{ 1{string.Concat(Enumerable.Repeat("+1", 5000))} }}}}", "nesting deeper" },
        { $"{{{{ 1{string.Concat(Enumerable.Repeat(" if 1 else 1", 5000))} }}}}", "nested deeper" },
        { $"{{{{ 'a'{string.Concat(Enumerable.Repeat("[0]", 5000))} }}}}", "nesting deeper" },
        { $"{{{{ 'a'{string.Concat(Enumerable.Repeat("|upper", 5000))} }}}}", "nesting deeper" },
        { string.Concat(Enumerable.Repeat("{% if 1 %}", 5000)), "nested deeper" },
        { $"{{% set {new string('(', 5000)}a{new string(')', 5000)} = 1 %}}", "nested deeper" },
        { $"{{{{ ['a']|map('map'{string.Concat(Enumerable.Repeat(",'map'", 5000))})|list }}}}", "nesting deeper" },
        { $"{{{{ {new string('9', 5000)} }}}}", "5000 digits" },
        { new string('x', (1 << 20) + 1), "expected at most" },
        { string.Concat(Enumerable.Repeat("{#", 100_000)), "not closed" },
        { string.Concat(Enumerable.Repeat("{% raw %}", 100_000)), "not closed" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Ends_soon_in_bounded_memory(string template, string part)
    {
        long before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template).Render([]));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < Soon, $"took {watch.Elapsed}");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
    }

    [Fact]
    public void A_conversation_of_thousands_of_messages_is_no_problem()
    {
        ChatTemplate template = ChatTemplate.Parse(
            "t", "{% for m in messages %}{{ '<|' + m.role + '|>' + m['content'] | trim + '\n' }}{% endfor %}");
        string content = new('x', 200);
        string text = template.Render(
            [.. Enumerable.Range(0, 10_000).Select(i => ChatMessages.Of(i % 2 == 0 ? "user" : "assistant", content))], new RenderOptions());
        Assert.Equal(10_000, text.Count(c => c == '\n'));
    }
}
