namespace Hone.Records.Pickles;

/// <summary>What is wrong inside a pickle; whoever knows the file's name and the place makes the user's message of
/// it.</summary>
internal sealed class PickleException(string what, string hint) : Exception(what)
{
    internal const string DamagedHint = "copy or save the file again; it is damaged, or no pickle of tensors and plain values";

    internal string Hint => hint;

    internal static PickleException Damaged(string what) => new(what, DamagedHint);
}
