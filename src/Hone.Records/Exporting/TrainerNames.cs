namespace Hone.Records.Exporting;

/// <summary>What the trainers are called on a command line.</summary>
public static class TrainerNames
{
    private static readonly OrderedDictionary<string, Trainer> ByName = new()
    {
        ["verl"] = Trainer.Verl,
        ["trl"] = Trainer.Trl,
        ["openrlhf"] = Trainer.OpenRlhf,
        ["open-instruct"] = Trainer.OpenInstruct,
        ["nemo-rl"] = Trainer.NemoRl,
        ["slime"] = Trainer.Slime,
    };

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ByName.Keys];

    /// <summary>The trainer of a name.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    public static Trainer Parse(string name) => ByName[name];

    /// <summary>The name of a trainer.</summary>
    /// <param name="trainer">The trainer.</param>
    public static string Of(Trainer trainer) => ByName.First(pair => pair.Value == trainer).Key;
}
