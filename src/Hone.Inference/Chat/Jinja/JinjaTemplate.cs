using Hone.Inference.Chat.Jinja.Running;
using Hone.Inference.Chat.Jinja.Syntax;

namespace Hone.Inference.Chat.Jinja;

/// <summary>
/// A template in the part of Jinja2 (3.1) that chat templates use, run as model libraries run them: sandboxed, with
/// `trim_blocks`, `lstrip_blocks`, loop controls, no HTML escaping, and Jinja2's default undefined values.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _statements;

    private JinjaTemplate(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <summary>Reads a template.</summary>
    /// <exception cref="JinjaException">It is not valid, or has a block that is not supported.</exception>
    internal static JinjaTemplate Parse(string source) => new(Parser.Parse(source));

    /// <summary>Renders it; a template can be rendered from several threads at once.</summary>
    /// <param name="variables">Names with values.</param>
    /// <param name="date">What `strftime_now` tells; where it is null there is no such function.</param>
    /// <exception cref="JinjaException">The template fails, refuses, or exceeds a limit of <see cref="JinjaLimits"/>.</exception>
    internal string Render(IEnumerable<KeyValuePair<string, object?>> variables, Func<DateOnly>? date = null)
    {
        var globals = new Scope(null);
        Functions.AddTo(globals, date);
        var scope = new Scope(globals);
        foreach ((string name, object? value) in variables)
        {
            scope.Set(name, value);
        }

        return new Interpreter(new Sandbox()).Run(_statements, scope);
    }
}
