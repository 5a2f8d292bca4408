using System.Runtime.CompilerServices;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>What one rendering has used up, and the line it is at.</summary>
internal sealed class Sandbox
{
    private int _steps;
    private int _text;
    private int _depth;

    /// <summary>Line of the template being run, for errors.</summary>
    internal int Line { get; set; } = 1;

    internal JinjaException Error(string message) => new(Line, message);

    /// <summary>Counts work of so many steps.</summary>
    internal void Step(int steps = 1)
    {
        if (steps > JinjaLimits.Steps - _steps)
        {
            throw Error($"the template takes more than {JinjaLimits.Steps:N0} steps");
        }

        _steps += steps;
    }

    /// <summary>Counts text that is read or made; called before a text is made that could be long.</summary>
    internal void Text(long units)
    {
        if (units > JinjaLimits.TextWork - _text)
        {
            throw Error($"the template handles more than {JinjaLimits.TextWork:N0} characters of text");
        }

        _text += (int)units;
    }

    /// <summary>A text counted as made.</summary>
    internal string Made(string text)
    {
        Text(text.Length);
        return text;
    }

    internal void Enter()
    {
        if (++_depth > JinjaLimits.RunDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error($"nesting deeper than {JinjaLimits.RunDepth} levels (a macro that calls itself, or values within each other)");
        }
    }

    internal void Leave() => _depth--;
}
