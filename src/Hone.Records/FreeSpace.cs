namespace Hone.Records;

/// <summary>Room on a disk, and errors that say that there is none.</summary>
public static class FreeSpace
{
    // Of the system: no space, quota exceeded (Linux, macOS); and what Windows says for the first.
    private static readonly int[] Codes = [28, 122, 69, unchecked((int)0x80070070)];

    /// <summary>Bytes that this user can still write to the disk of a folder; null where the system does not say.</summary>
    /// <param name="folder">A folder that exists.</param>
    public static long? Of(string folder)
    {
        try
        {
            string full = Path.GetFullPath(folder);
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(full)! : full).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether an error, or what it was made of, is that of a full disk, or of a file that is larger than the disk takes.</summary>
    public static bool RanOut(Exception? error) => error is not null
        && ((error is IOException && Codes.Contains(error.HResult)) || IsTooLarge(error) || RanOut(error.InnerException));

    /// <summary>Why something could not be written, in the system's words, without a hint and a stop at its end.</summary>
    public static string Reason(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Message.ReplaceLineEndings(" ").Split(" Hint:")[0]
            .Replace(" (Parameter 'value')", "", StringComparison.Ordinal).TrimEnd('.');
    }

    /// <summary>The error of a disk that will be full, found before anything is written.</summary>
    /// <param name="message">What does not fit, with figures.</param>
    public static IOException Lacking(string message) => new(message, OperatingSystem.IsWindows() ? Codes[^1] : Codes[0]);

    // A write beyond the largest file of a disk (4 GiB on FAT) fails with EFBIG, of which the runtime makes this error of its own.
    private static bool IsTooLarge(Exception error) =>
        error is ArgumentOutOfRangeException { ParamName: "value", ActualValue: null }
        && (error.Source == typeof(FileStream).Assembly.GetName().Name || error.Source == typeof(Console).Assembly.GetName().Name);
}
