using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Records.RunFolders;

/// <summary>
/// The right to write to a run, held by one process at a time. The system gives a lock back when its holder dies, however it
/// dies, so that a run that was killed can go on at once; readers need no lock.
/// </summary>
public sealed class RunLock : IDisposable
{
    internal const string LockFile = ".lock";
    private const string HolderFile = ".lock.json";

    // What the runtime says of a file that is locked.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private readonly FileStream _held;

    private RunLock(FileStream held) => _held = held;

    /// <summary>Takes the lock of a run.</summary>
    /// <exception cref="InvalidDataException">Another process holds it; the message says which.</exception>
    public static RunLock Take(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(run.Path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (UnauthorizedAccessException error)
        {
            throw RecordError.NotWritable(run.Path, error);
        }
        catch (IOException error) when (!IsHeld(error))
        {
            throw RecordError.NotWritable(run.Path, error);
        }
        catch (IOException)
        {
            throw Taken(run, Holder(run));
        }

        // File systems without locks let everybody in; there the holder's entry counts while that process is running.
        if (Holder(run) is { IsElsewhereAndAlive: true } holder)
        {
            held.Dispose();
            throw Taken(run, holder);
        }

        var taken = new RunLock(held);
        try
        {
            run.DeleteLeftovers();
            using Process self = Process.GetCurrentProcess();
            JsonFile.Write(Path.Combine(run.Path, HolderFile), new JsonObject
            {
                ["process"] = Environment.ProcessId,
                ["started"] = StartOf(self),
                ["machine"] = Environment.MachineName,
            });
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        string folder = Path.GetDirectoryName(_held.Name)!;

        // A run that failed before it began has taken its folder away.
        if (Directory.Exists(folder))
        {
            Delete(Path.Combine(folder, HolderFile));
            Delete(_held.Name);
        }

        _held.Dispose();
    }

    /// <summary>Whether a file could not be opened because another process has it for itself.</summary>
    internal static bool IsHeld(IOException error) => error.HResult == (
        OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsMacOS() ? WouldBlockOnMac : WouldBlock);

    // The system gives the lock back all the same, and the next holder takes over the files.
    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static InvalidDataException Taken(RunFolder run, LockHolder? holder) => RecordError.In(
        run.Path,
        holder is null ? "another process is writing to this run"
            : $"process {holder.Process} on {holder.Machine}, started {holder.Started}, is writing to this run",
        "wait for it or stop it; reading commands such as rank and watch work meanwhile");

    private static LockHolder? Holder(RunFolder run)
    {
        try
        {
            return JsonFile.Read(Path.Combine(run.Path, HolderFile)) is JsonObject entry
                && entry["process"]?.GetValue<int>() is int process && entry["started"]?.GetValue<string>() is { } started
                && entry["machine"]?.GetValue<string>() is { } machine
                ? new LockHolder(process, started, machine)
                : null;
        }
        catch (Exception error) when (error is FileNotFoundException or InvalidDataException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string StartOf(Process process) =>
        process.StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed record LockHolder(int Process, string Started, string Machine)
    {
        /// <summary>Whether it is another process of this machine that is still the one that took the lock: numbers come
        /// again.</summary>
        public bool IsElsewhereAndAlive
        {
            get
            {
                if (Machine != Environment.MachineName || Process == Environment.ProcessId)
                {
                    return false;
                }

                try
                {
                    using var found = System.Diagnostics.Process.GetProcessById(Process);
                    return StartOf(found) == Started;
                }
                catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    return false;
                }
            }
        }
    }
}
