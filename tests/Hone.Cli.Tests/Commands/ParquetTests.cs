using System.Diagnostics;
using System.Text;
using Hone.Records.Parquet;

namespace Hone.Cli.Tests.Commands;

/// <summary>Parquet files where a data set is asked for.</summary>
public sealed class ParquetTests
{
    private static readonly string[] Rows =
    [
        """{"prompt":[{"role":"user","content":"1+1="}],"reward_model":{"style":"rule","ground_truth":"2"},"extra_info":{"index":7},"difficulty":0.5}""",
        """{"prompt":[{"role":"user","content":"2+3="}],"reward_model":{"style":"rule","ground_truth":"5"},"extra_info":{"index":9},"difficulty":1.0}""",
    ];

    [Fact]
    public void ScoresAndChosenRowsAreThoseOfTheSameRowsInJsonLines()
    {
        NeedLibrary();
        using var folder = new TempFolder();
        ParquetFile.Write(folder["d.parquet"], [.. Rows.Select(row => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(row))]);
        folder.Write("d.jsonl", Rows);
        foreach (string data in new[] { "d.parquet", "d.jsonl" })
        {
            HoneProcess.Run("score", "--model", "arith-base", "--data", folder[data], "--out", folder[data + ".scores"], "--quiet").Done();
            HoneProcess.Run(
                "select", "--scores", folder[data + ".scores"], "--data", folder[data], "--fraction", "1", "--out", folder[data + ".kept"]).Done();
        }

        Assert.Equal(File.ReadAllText(folder["d.jsonl.scores"]), File.ReadAllText(folder["d.parquet.scores"]));
        Assert.Equal(File.ReadAllText(folder["d.jsonl.kept"]), File.ReadAllText(folder["d.parquet.kept"]));
        Assert.Equal(["7", "9"], TempFolder.Lines(folder["d.parquet.scores"]).Select(line => (string)line["id"]!).Order());
    }

    [Fact]
    public async Task WithoutTheLibraryTheErrorSaysHowToGetIt()
    {
        using var folder = new TempFolder();
        folder.WriteText("d.jsonl", "PAR1....PAR1");
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "hone.dll"), "score", "--model", "arith-base", "--data", "d.jsonl", "--out", "s.jsonl"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Root,
        };
        start.Environment[ParquetLibrary.Variable] = folder["none"];
        using Process process = Process.Start(start)!;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<string> reading = process.StandardError.ReadToEndAsync(cancel);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(cancel));
        Assert.Equal(
            $"error: HONE_DUCKDB={folder["none"]}: no such file, expected DuckDB's library. "
            + $"Hint: unset it, or get the library with: {ParquetLibrary.InstallCommand}.\n",
            await reading);
        await process.WaitForExitAsync(cancel);
        Assert.Equal(3, process.ExitCode);
        Assert.False(File.Exists(folder["s.jsonl"]));
    }

    [Fact]
    public void ADamagedFileIsRefused()
    {
        using var folder = new TempFolder();
        string cut = folder.WriteText("d.parquet", "PAR1.....");
        folder.Refuses(3, ["d.parquet: is a Parquet file that is cut off after 9 bytes"],
            ["score", "--model", "arith-base", "--data", cut, "--out", folder["s.jsonl"]]);
        NeedLibrary();
        string bad = folder.WriteText("d.parquet", "PAR1.....PAR1");
        folder.Refuses(3, ["d.parquet: cannot be read as Parquet ("],
            ["score", "--model", "arith-base", "--data", bad, "--out", folder["s.jsonl"]]);
    }

    private static void NeedLibrary()
    {
        try
        {
            _ = ParquetLibrary.Load();
        }
        catch (InvalidDataException error)
        {
            Assert.Skip(error.Message);
        }
    }
}
