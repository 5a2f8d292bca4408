namespace Hone.Cli.Diagnosis;

/// <summary>A reason why a folder cannot be used.</summary>
/// <param name="File">The file, or the folder where one is missing.</param>
/// <param name="Key">The key or tensor in it, where it is about one.</param>
/// <param name="Message">The whole message, as a command that loads the folder says it.</param>
internal sealed record Problem(string File, string? Key, string Message)
{
    /// <summary>What a reader complains with about files that do not hold what they should.</summary>
    public static bool Is(Exception error) => error is InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>A reader's complaint about a file.</summary>
    public static Problem Of(string file, Exception error, string? key = null) => new(file, key, error.Message);
}
