namespace Hone.Records.Pickles;

/// <summary>A value made of values. The fields serve the check of the finished tree.</summary>
public abstract class PickleContainer
{
    private protected PickleContainer()
    {
    }

    /// <summary>How many values stand in it, each of which may be a container too; 0 for plain numbers.</summary>
    internal abstract int ChildCount { get; }

    /// <summary>Number of values below it where every mention of a shared one counts; 0 while unknown, -1 while being
    /// counted.</summary>
    internal long Size { get; set; }

    /// <summary>Levels below it.</summary>
    internal int Height { get; set; }

    internal abstract PickleValue Child(int index);
}
