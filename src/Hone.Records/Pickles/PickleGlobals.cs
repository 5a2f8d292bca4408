using System.Collections.Frozen;

namespace Hone.Records.Pickles;

/// <summary>
/// The whole list of what a pickle may name. None of it is Python's: each entry is a few lines here that make a plain
/// value.
/// </summary>
internal static class PickleGlobals
{
    private static readonly FrozenDictionary<string, PickleValue> Known = All().ToFrozenDictionary();

    internal static PickleValue Find(string module, string name)
    {
        // Protocol 2 writes Python 2's names, and NumPy 2 moved a module.
        string place = module switch
        {
            "__builtin__" => "builtins",
            _ when module.StartsWith("numpy._core.", StringComparison.Ordinal) => $"numpy.core.{module[12..]}",
            _ => module,
        };
        return Known.TryGetValue($"{place}.{name}", out PickleValue global)
            ? global
            : throw Refused(RecordError.Quote($"{module}.{name}"));
    }

    /// <summary>The refusal of what is none of these.</summary>
    /// <param name="what">What the pickle asks for.</param>
    internal static PickleException Refused(string what) => new(
        $"asks for {what}, which is no tensor, number, text, list or dict, expected these alone",
        "nothing was run; save the file again with plain values, or convert it to JSON Lines where it was written");

    private static IEnumerable<KeyValuePair<string, PickleValue>> All()
    {
        (string Name, PickleCall Call)[] calls = [.. PlainCalls.All, .. TorchCalls.All, .. NumpyCalls.All];
        foreach ((string name, PickleCall call) in calls)
        {
            yield return new(name, new PickleValue(new PickleGlobal(name, call)));
        }

        foreach (string name in new[] { "builtins.int", "builtins.float", "builtins.str", "builtins.bool", "numpy.ndarray" })
        {
            yield return new(name, new PickleValue(new PickleGlobal(name)));
        }

        foreach ((string name, TensorType type) in TorchCalls.Storages)
        {
            yield return new(name, new PickleValue(new PickleGlobal(name, storage: type)));
        }

        // A dtype on its own reads as its name.
        foreach (string name in TorchCalls.Types.Keys)
        {
            yield return new(name, new PickleValue(name));
        }
    }
}
