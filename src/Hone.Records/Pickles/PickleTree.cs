namespace Hone.Records.Pickles;

/// <summary>
/// Checks the finished tree, so that whoever reads it may follow it to the end: no value contains itself, none lies too
/// deep, and shared ones do not multiply beyond measure.
/// </summary>
internal static class PickleTree
{
    /// <summary>Levels. Logs have about five.</summary>
    internal const int MostLevels = 200;

    private const long BeingCounted = -1;

    internal static void Check(PickleValue root, long fileBytes)
    {
        long most = 1_000_000 + (16 * Math.Min(fileBytes, long.MaxValue / 32));
        if (Open(root) is not PickleContainer first)
        {
            return;
        }

        var open = new Stack<(PickleContainer Container, int Next, long Size)>();
        open.Push((first, 0, 1));
        first.Size = BeingCounted;
        while (open.TryPop(out (PickleContainer Container, int Next, long Size) at))
        {
            PickleContainer container = at.Container;
            if (at.Next == container.ChildCount)
            {
                container.Size = at.Size + ((container as PickleList)?.Count ?? 0);
                continue;
            }

            PickleContainer? child = Open(container.Child(at.Next));
            if (child is { Size: BeingCounted })
            {
                throw PickleException.Damaged("has a value that contains itself");
            }

            if (child is { Size: 0 })
            {
                // The child first, then this one again.
                child.Size = BeingCounted;
                open.Push(at);
                open.Push((child, 0, 1));
                continue;
            }

            long size = at.Size + (child?.Size ?? 1);
            container.Height = Math.Max(container.Height, (child?.Height ?? 0) + 1);
            if (size > most || container.Height > MostLevels)
            {
                throw PickleException.Damaged(size > most
                    ? $"mentions shared values so often that it has more than {most} values"
                    : $"has values more than {MostLevels} levels deep");
            }

            open.Push((container, at.Next + 1, size));
        }
    }

    // Parts of a pickle that are no values of their own must not be left over.
    private static PickleContainer? Open(PickleValue value) => value.Reference switch
    {
        PickleContainer container => container,
        PickleGlobal or PickleStorage or NumpyType or PickleTensor { IsBlank: true } =>
            throw PickleException.Damaged($"has {Leftover(value.Reference)} where a value should be"),
        _ => null,
    };

    private static string Leftover(object part) => part switch
    {
        PickleGlobal => $"'{part}'",
        NumpyType => $"a {part}",
        PickleStorage => "a storage without a tensor",
        _ => "a NumPy array without contents",
    };
}
