namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>Names with values; those of the surroundings can be seen but not changed.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> _values = [];

    internal void Set(string name, object? value) => _values[name] = value;

    internal bool TryGet(string name, out object? value)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Outer => parent;
}
