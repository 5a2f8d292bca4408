using System.Text;
using Hone.Inference.Chat.Jinja.Filters;
using Hone.Inference.Chat.Jinja.Syntax;
using Hone.Inference.Chat.Jinja.Values;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator(Sandbox sandbox)
{
    internal object? Evaluate(Expression expression, Scope scope)
    {
        sandbox.Step();
        sandbox.Enter();
        sandbox.Line = expression.Line;
        object? value = expression switch
        {
            Literal literal => literal.Value,
            Variable variable => scope.TryGet(variable.Name, out object? found)
                ? found
                : new Undefined($"'{variable.Name}' is not defined"),
            ListLiteral list => new JinjaList(
                [.. list.Items.Select(item => Evaluate(item, scope))], list.Tuple ? ListKind.Tuple : ListKind.List),
            DictLiteral dict => Dict(dict, scope),
            AttributeOf attribute => At(attribute, Evaluate(attribute.Target, scope), target => Access.Attribute(target, attribute.Name, sandbox)),
            Subscript subscript => Subscripted(subscript, scope),
            Slice slice => Sliced(slice, scope),
            Call call => Called(call, scope),
            FilterCall filter => Filter(filter, Evaluate(filter.Target!, scope), scope),
            TestCall test => Tested(test, scope),
            Negative negative => At(negative, Evaluate(negative.Operand, scope), value => Operators.Negative(value, sandbox)),
            Positive positive => At(positive, Evaluate(positive.Operand, scope), value => Operators.Positive(value, sandbox)),
            Not not => !Comparing.Truth(Evaluate(not.Operand, scope)),
            Binary binary => Computed(binary, scope),
            Logical logical => Decided(logical, scope),
            Concatenation concatenation => Concatenated(concatenation, scope),
            Comparison comparison => Compared(comparison, scope),
            Conditional conditional => Chosen(conditional, scope),
            _ => throw sandbox.Error($"the expression {expression.GetType().Name} is not supported"),
        };
        sandbox.Leave();
        return value;
    }

    /// <summary>A filter on a value that is there already.</summary>
    internal object? Filter(FilterCall filter, object? value, Scope scope)
    {
        Arguments arguments = Arguments(filter.Name, filter.Arguments, scope);
        sandbox.Line = filter.Line;
        return FilterTable.Apply(filter.Name, value, arguments);
    }

    // Operands can stand on other lines; what fails from here on stands on this one.
    private object? At(Expression expression, object? operand, Func<object?, object?> compute)
    {
        sandbox.Line = expression.Line;
        return compute(operand);
    }

    private JinjaDict Dict(DictLiteral literal, Scope scope)
    {
        var dict = new JinjaDict();
        foreach ((Expression key, Expression value) in literal.Items)
        {
            dict.Add(Evaluate(key, scope), Evaluate(value, scope), sandbox);
        }

        return dict;
    }

    private object? Subscripted(Subscript subscript, Scope scope)
    {
        object? target = Evaluate(subscript.Target, scope);
        object? key = Evaluate(subscript.Key, scope);
        sandbox.Line = subscript.Line;
        return Access.Item(target, key, sandbox);
    }

    private object? Sliced(Slice slice, Scope scope)
    {
        object? target = Evaluate(slice.Target, scope);
        object? start = slice.Start is null ? null : Evaluate(slice.Start, scope);
        object? stop = slice.Stop is null ? null : Evaluate(slice.Stop, scope);
        object? step = slice.Step is null ? null : Evaluate(slice.Step, scope);
        sandbox.Line = slice.Line;
        return Sequences.Slice(target, start, stop, step, sandbox);
    }

    private object? Called(Call call, Scope scope)
    {
        object? target = Evaluate(call.Target, scope);
        Arguments arguments = Arguments((target as Callable)?.Name ?? "the call", call.Arguments, scope);
        sandbox.Line = call.Line;
        return target switch
        {
            Callable callable => callable.Invoke(arguments),
            Undefined undefined => throw sandbox.Error(undefined.Reason + ", and is called"),
            LoopState => throw sandbox.Error("'loop(...)', a recursive loop, is not supported"),
            _ => throw sandbox.Error($"{PythonText.TypeName(target)} is called, expected a function, method or macro"),
        };
    }

    private Arguments Arguments(string callee, CallArguments arguments, Scope scope)
    {
        List<object?> positional = [.. arguments.Positional.Select(argument => Evaluate(argument, scope))];
        if (arguments.Named.Count == 0)
        {
            return new Arguments(callee, positional, sandbox);
        }

        var named = new Dictionary<string, object?>();
        foreach ((string name, Expression value) in arguments.Named)
        {
            if (!named.TryAdd(name, Evaluate(value, scope)))
            {
                throw sandbox.Error($"'{callee}' has the argument '{name}' twice");
            }
        }

        return new Arguments(callee, positional, named, sandbox);
    }

    private bool Tested(TestCall test, Scope scope)
    {
        object? value = Evaluate(test.Target, scope);
        Arguments arguments = Arguments(test.Name, test.Arguments, scope);
        sandbox.Line = test.Line;
        return TestTable.Holds(test.Name, value, arguments);
    }

    private object? Computed(Binary binary, Scope scope)
    {
        object? left = Evaluate(binary.Left, scope);
        object? right = Evaluate(binary.Right, scope);
        sandbox.Line = binary.Line;
        return Operators.Compute(binary.Operator, left, right, sandbox);
    }

    private object? Decided(Logical logical, Scope scope)
    {
        object? left = Evaluate(logical.Left, scope);
        return Comparing.Truth(left) == logical.And ? Evaluate(logical.Right, scope) : left;
    }

    private string Concatenated(Concatenation concatenation, Scope scope)
    {
        var text = new StringBuilder();
        foreach (Expression part in concatenation.Parts)
        {
            string piece = PythonText.Str(Evaluate(part, scope), sandbox);
            sandbox.Text(piece.Length);
            text.Append(piece);
        }

        return text.ToString();
    }

    private bool Compared(Comparison comparison, Scope scope)
    {
        object? left = Evaluate(comparison.First, scope);
        foreach ((string operation, Expression operand) in comparison.Rest)
        {
            object? right = Evaluate(operand, scope);
            sandbox.Line = comparison.Line;
            if (!Operators.Compare(operation, left, right, sandbox))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private object? Chosen(Conditional conditional, Scope scope) =>
        Comparing.Truth(Evaluate(conditional.Condition, scope)) ? Evaluate(conditional.Then, scope)
        : conditional.Otherwise is { } otherwise ? Evaluate(otherwise, scope)
        : new Undefined("an inline 'if' without 'else' was false");
}
