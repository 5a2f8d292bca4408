using System.Reflection;
using System.Runtime.InteropServices;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>
/// DuckDB's library, which reads and writes Parquet. It is loaded when the first Parquet file is met, and nothing else
/// needs it.
/// </summary>
public static class ParquetLibrary
{
    /// <summary>Environment variable that names the library's file and goes before every other place.</summary>
    public const string Variable = "HONE_DUCKDB";

    private const string PackageVersion = "1.5.6-r.1";

    // The newest of the functions that are called: what has it has them all.
    private const string NewestFunction = "duckdb_appender_create_ext";
    private static readonly Lock Gate = new();
    private static nint _handle;

    /// <summary>The command that brings the library.</summary>
    public static string InstallCommand { get; } =
        $"npm install --prefix {(OperatingSystem.IsWindows() ? "%USERPROFILE%\\.hone" : "~/.hone")} {Package}@{PackageVersion}";

    private static string FileName =>
        OperatingSystem.IsWindows() ? "duckdb.dll" : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";

    // As npm calls systems and processors.
    private static string Package
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            string processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            string libc = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
            return $"@duckdb/node-bindings-{system}-{processor}{libc}";
        }
    }

    /// <summary>
    /// The library's file: what <see cref="Variable"/> names, else beside the program, else in a node_modules folder
    /// above the program, above the current folder or in ~/.hone.
    /// </summary>
    /// <returns>Null where there is none; the system's own loader may still know one.</returns>
    /// <exception cref="InvalidDataException">The variable names no file.</exception>
    public static string? Find() => Find(
        Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, Environment.CurrentDirectory,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Loads the library where that has not been done, and says which DuckDB it is.</summary>
    /// <returns>The version, such as v1.5.6.</returns>
    /// <exception cref="InvalidDataException">There is no library, or it cannot be loaded.</exception>
    public static string Load()
    {
        lock (Gate)
        {
            if (_handle == 0)
            {
                nint handle = Open(Find());
                NativeLibrary.SetDllImportResolver(
                    Assembly.GetExecutingAssembly(), (name, _, _) => name == NativeMethods.Library ? handle : 0);
                _handle = handle;
            }
        }

        return NativeMethods.LibraryVersion();
    }

    internal static string? Find(string? named, string program, string current, string home)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw RecordError.In($"{Variable}={named}", "no such file, expected DuckDB's library",
                    $"unset it, or get the library with: {InstallCommand}");
        }

        return new[] { Path.Combine(program, FileName) }
            .Concat(Above(program)).Concat(Above(current)).Append(In(Path.Combine(home, ".hone")))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Loads a file, or what the system's loader finds.</summary>
    internal static nint Open(string? file)
    {
        nint handle = 0;
        string problem = "";
        try
        {
            handle = NativeLibrary.Load(file ?? FileName);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            problem = error.Message;
        }

        if (handle != 0 && NativeLibrary.TryGetExport(handle, NewestFunction, out _))
        {
            return handle;
        }

        throw file is null
            ? new InvalidDataException("Parquet files are read and written by DuckDB's library, which is not on this machine. "
                + $"Hint: get it with: {InstallCommand}.")
            : RecordError.In(file, $"cannot be used ({RecordError.Quote(handle == 0 ? problem : "too old")}), "
                + "expected DuckDB's library for this machine", $"get it with: {InstallCommand}");
    }

    private static IEnumerable<string> Above(string folder)
    {
        string? at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return In(at);
        }
    }

    private static string In(string folder) => Path.Combine([folder, "node_modules", .. Package.Split('/'), FileName]);
}
