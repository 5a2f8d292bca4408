using System.Globalization;

namespace Hone.Records.RunFolders;

/// <summary>A checkpoint on the disk.</summary>
/// <param name="Step">Number of updates behind its weights, by its name.</param>
/// <param name="Path">Its folder.</param>
public sealed record Checkpoint(int Step, string Path)
{
    // Ours and prime-rl's, the Hugging Face trainers', verl's, Megatron's; and a bare number.
    private static readonly string[] Prefixes = ["step", "checkpoint", "ckpt", "global_step", "iter", ""];

    /// <summary>The checkpoints in a folder, by step. Names such as step-000100, checkpoint-100 and global_step_100
    /// count.</summary>
    /// <param name="folder">The folder that holds the checkpoints' folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<Checkpoint> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw RecordError.NoFolder(folder);
        }

        return
        [
            .. Directory.EnumerateDirectories(folder)
                .Select(path => (Path: path, Step: StepOf(System.IO.Path.GetFileName(path))))
                .Where(found => found.Step is not null)
                .Select(found => new Checkpoint(found.Step!.Value, found.Path))
                .OrderBy(checkpoint => checkpoint.Step)
                .ThenBy(checkpoint => checkpoint.Path, StringComparer.Ordinal),
        ];
    }

    private static int? StepOf(string name)
    {
        string prefix = name.TrimEnd("0123456789".ToCharArray());
        return Prefixes.Contains(prefix.TrimEnd('-', '_'))
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
                ? step
                : null;
    }
}
