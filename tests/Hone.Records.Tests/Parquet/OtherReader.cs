using System.Diagnostics;
using System.Text.Json;

namespace Hone.Records.Tests.Parquet;

/// <summary>Another reader of Parquet, hyparquet under Node; skips where either is absent.</summary>
internal static class OtherReader
{
    internal static void AssertSameRows(string path)
    {
        string[] theirs = Rows(path), ours = DuckDb.Rows(path);
        Assert.Equal(theirs.Length, ours.Length);
        for (int i = 0; i < ours.Length; i++)
        {
            Assert.True(
                JsonElement.DeepEquals(JsonElement.Parse(theirs[i]), JsonElement.Parse(ours[i])),
                $"{path}, row {i}: {ours[i]} and {theirs[i]}");
        }
    }

    private static string[] Rows(string path)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "hone.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        if (root is null || !Directory.Exists(Path.Combine(root, "node_modules", "hyparquet-compressors")))
        {
            Assert.Skip("no node_modules/hyparquet in the checkout; run npm ci");
        }

        var start = new ProcessStartInfo("node", [Path.Combine(root, "tests", "Hone.Records.Tests", "Parquet", "rows.mjs")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        start.Environment["HONE_PARQUET_FILE"] = path;
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("no node on this machine");
        }

        using (node)
        {
            Task<string> problem = node!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, problem.Result);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
