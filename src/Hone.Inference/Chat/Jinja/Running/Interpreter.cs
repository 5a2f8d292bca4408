using System.Text;
using Hone.Inference.Chat.Jinja.Syntax;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>Runs the statements of a template.</summary>
internal sealed class Interpreter
{
    private readonly Sandbox _sandbox;
    private readonly Evaluator _evaluator;

    internal Interpreter(Sandbox sandbox)
    {
        _sandbox = sandbox;
        _evaluator = new Evaluator(sandbox);
    }

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    internal string Run(IReadOnlyList<Statement> template, Scope scope)
    {
        var output = new StringBuilder();
        Run(template, scope, output);
        return output.ToString();
    }

    private Flow Run(IReadOnlyList<Statement> body, Scope scope, StringBuilder output)
    {
        _sandbox.Enter();
        var flow = Flow.On;
        for (int i = 0; i < body.Count && flow == Flow.On; i++)
        {
            flow = Run(body[i], scope, output);
        }

        _sandbox.Leave();
        return flow;
    }

    private Flow Run(Statement statement, Scope scope, StringBuilder output)
    {
        _sandbox.Step();
        _sandbox.Line = statement.Line;
        switch (statement)
        {
            case Data data:
                Write(data.Text, output);
                break;
            case Print print:
                Write(PythonText.Str(_evaluator.Evaluate(print.Value, scope), _sandbox), output);
                break;
            case If choice:
                return Run(Chosen(choice, scope), scope, output);
            case For loop:
                return RunLoop(loop, scope, output);
            case Set set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                break;
            case SetBlock set:
                return RunSetBlock(set, scope);
            case MacroDefinition macro:
                scope.Set(macro.Name, new Callable(macro.Name, arguments => Call(macro, arguments, scope)));
                break;
            case Group group:
                return Run(group.Body, new Scope(scope), output);
            case Break:
                return Flow.Break;
            case Continue:
                return Flow.Continue;
            default:
                throw _sandbox.Error($"the block {statement.GetType().Name} is not supported");
        }

        return Flow.On;
    }

    private void Write(string text, StringBuilder output)
    {
        _sandbox.Text(text.Length);
        if (output.Length + (long)text.Length > JinjaLimits.Output)
        {
            throw _sandbox.Error($"the rendered text is longer than {JinjaLimits.Output:N0} characters");
        }

        output.Append(text);
    }

    private IReadOnlyList<Statement> Chosen(If choice, Scope scope)
    {
        foreach ((Expression condition, IReadOnlyList<Statement> body) in choice.Branches)
        {
            if (Comparing.Truth(_evaluator.Evaluate(condition, scope)))
            {
                return body;
            }
        }

        return choice.Otherwise;
    }

    private Flow RunLoop(For loop, Scope scope, StringBuilder output)
    {
        IReadOnlyList<object?> items = Sequences.Items(_evaluator.Evaluate(loop.Items, scope), "'for'", _sandbox);
        if (loop.Filter is { } filter)
        {
            items = [.. items.Where(item =>
            {
                var inner = new Scope(scope);
                Assign(loop.Target, item, inner);
                return Comparing.Truth(_evaluator.Evaluate(filter, inner));
            })];
        }

        if (items.Count == 0)
        {
            return Run(loop.Otherwise, scope, output);
        }

        var state = new LoopState(items);
        for (int i = 0; i < items.Count; i++)
        {
            state.Index = i;
            var inner = new Scope(scope);
            inner.Set("loop", state);
            Assign(loop.Target, items[i], inner);
            if (Run(loop.Body, inner, output) == Flow.Break)
            {
                break;
            }
        }

        return Flow.On;
    }

    private Flow RunSetBlock(SetBlock set, Scope scope)
    {
        var text = new StringBuilder();
        if (Run(set.Body, new Scope(scope), text) is var flow and not Flow.On)
        {
            return flow;
        }

        object? value = text.ToString();
        foreach (FilterCall filter in set.Filters)
        {
            value = _evaluator.Filter(filter, value, scope);
        }

        Assign(set.Target, value, scope);
        return Flow.On;
    }

    private void Assign(AssignTarget target, object? value, Scope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case NamespaceTarget field:
                if (!scope.TryGet(field.Space, out object? found) || found is not Namespace space)
                {
                    throw _sandbox.Error($"'{field.Space}.{field.Name}' is assigned to, but '{field.Space}' is no namespace");
                }

                space.Fields[field.Name] = value;
                break;
            case TupleTarget tuple:
                IReadOnlyList<object?> items = Sequences.Items(value, "unpacking", _sandbox);
                if (items.Count != tuple.Items.Count)
                {
                    throw _sandbox.Error($"{items.Count} values for {tuple.Items.Count} names, expected one each");
                }

                for (int i = 0; i < items.Count; i++)
                {
                    Assign(tuple.Items[i], items[i], scope);
                }

                break;
            default:
                throw _sandbox.Error($"cannot assign to {target.GetType().Name}");
        }
    }

    private string Call(MacroDefinition macro, Arguments arguments, Scope scope)
    {
        _sandbox.Enter();
        object?[] values = arguments.Bind(0, [.. macro.Parameters.Select(
            parameter => (parameter.Name, (object?)new Undefined($"parameter '{parameter.Name}' was not provided")))]);
        var inner = new Scope(scope);
        for (int i = 0; i < values.Length; i++)
        {
            (string name, Expression? fallback) = macro.Parameters[i];
            bool given = i < arguments.Positional.Count || arguments.Named.ContainsKey(name);
            inner.Set(name, given || fallback is null ? values[i] : _evaluator.Evaluate(fallback, inner));
        }

        inner.Set("caller", new Undefined("'caller' is not supported"));
        var text = new StringBuilder();
        Run(macro.Body, inner, text);
        _sandbox.Leave();
        return text.ToString();
    }
}
