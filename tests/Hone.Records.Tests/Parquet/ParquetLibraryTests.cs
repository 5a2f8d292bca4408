using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

public sealed class ParquetLibraryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_variable_goes_first_and_must_name_a_file()
    {
        string file = _folder.Write("lib.so", "");
        Assert.Equal(file, ParquetLibrary.Find(file, _folder.Root, _folder.Root, _folder.Root));
        Bad.Input(() => ParquetLibrary.Find(_folder["none"], _folder.Root, _folder.Root, _folder.Root),
            $"HONE_DUCKDB={_folder["none"]}: no such file", ParquetLibrary.InstallCommand);
    }

    [Fact]
    public void Places_are_searched_from_the_nearest_on()
    {
        // The package's folder and the library's name, of this machine.
        string package = ParquetLibrary.InstallCommand.Split(' ')[^1];
        package = package[..package.LastIndexOf('@')];
        string name = OperatingSystem.IsWindows() ? "duckdb.dll" : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";
        string Find() => ParquetLibrary.Find(null, _folder["p/q/r/"], _folder["c/d"], _folder["h"]) ?? "none";

        string home = _folder.Write($"h/.hone/node_modules/{package}/{name}", "");
        Assert.Equal(home, Find());
        string current = _folder.Write($"c/node_modules/{package}/{name}", "");
        Assert.Equal(current, Find());
        string program = _folder.Write($"p/node_modules/{package}/{name}", "");
        Assert.Equal(program, Find());
        string beside = _folder.Write($"p/q/r/{name}", "");
        Assert.Equal(beside, Find());
        Assert.Equal("@duckdb", package.Split('/')[0]);
    }

    [Fact]
    public void What_is_no_library_is_an_error_with_the_command_that_brings_one()
    {
        string file = _folder.Write("libduckdb.so", "text");
        Bad.Input(() => ParquetLibrary.Open(file), $"{file}: cannot be used (", "npm install --prefix ", "@duckdb/node-bindings-");
    }

    [Fact]
    public void The_library_says_its_version()
    {
        DuckDb.Need();
        Assert.Matches(@"^v\d+\.\d+\.\d+", ParquetLibrary.Load());
    }
}
