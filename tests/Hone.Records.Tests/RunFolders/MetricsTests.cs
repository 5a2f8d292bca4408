using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

public sealed class MetricsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_line_is_there_when_it_is_written_and_what_is_not_finite_is_named()
    {
        string path = _folder["run/metrics.jsonl"];
        using MetricsWriter writer = MetricsWriter.Open(path);
        Assert.Empty(writer.Append(1, [new("reward", 0.5), new("tokens", 12)]));
        Assert.Equal("{\"step\":1,\"reward\":0.5,\"tokens\":12}\n", ReadShared(path));
        Assert.Equal(["kl", "loss"], writer.Append(2, [new("kl", double.NaN), new("loss", double.PositiveInfinity)]));
        Assert.EndsWith("{\"step\":2,\"kl\":null,\"loss\":null}\n", ReadShared(path), StringComparison.Ordinal);
        MetricsLine[] lines = [.. MetricsLine.ReadAll(path)];
        Assert.Equal([1, 2], lines.Select(line => line.Step));
        Assert.Equal(12, lines[0].Values["tokens"]);
        Assert.True(double.IsNaN(lines[1].Values["kl"]));
        Assert.False(lines[0].Values.ContainsKey("step"));
    }

    [Fact]
    public void A_half_line_at_the_end_is_left_out_and_one_in_the_middle_is_an_error()
    {
        Assert.Equal(1, Assert.Single(MetricsLine.ReadAll(_folder.Write("a", "{\"step\":1,\"x\":2}\n{\"step\":2,\"x"))).Step);
        Bad.Input(() => MetricsLine.ReadAll(_folder.Write("a", "{\"step\":1,\"x\n{\"step\":2}\n")).ToList(), "a:1: ");
        Bad.Input(() => MetricsLine.ReadAll(_folder.Write("a", "{\"step\":1}\n{\"x\":2}\n")).ToList(), "a:2: ", "'step'");
    }

    [Theory]
    [InlineData(2, "{\"step\":1}\n{\"step\":2}\n{\"step\":9}\n")]
    [InlineData(0, "{\"step\":9}\n")]
    [InlineData(4, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"step\":9}\n")]
    public void Resuming_takes_off_the_lines_of_later_steps(int lastStep, string expected)
    {
        string path = _folder.Write("metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"st");
        using (MetricsWriter writer = MetricsWriter.Open(path, lastStep))
        {
            writer.Append(9, []);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    // Blocks that the disk never wrote are zeros. The steps up to the checkpoint are on the disk, so that they are whole.
    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "{\"step\":1}\n{\"step\":2}\n")]
    public void What_a_loss_of_power_left_behind_the_last_step_goes(int lastStep, string kept)
    {
        string text = kept + "\0\0\0\n\0\0";
        MetricsWriter.Open(_folder.Write("metrics.jsonl", text), lastStep).Dispose();
        Assert.Equal(kept, File.ReadAllText(_folder["metrics.jsonl"]));
        Bad.Input(() => MetricsWriter.Open(_folder.Write("metrics.jsonl", text), 3), "metrics.jsonl:");
    }

    [Fact]
    public void Held_out_results_come_back_and_resume()
    {
        string path = _folder["evals.jsonl"];
        EvalLine[] lines = [new(0, "arith", 0.25, 0.2, 0.3, 100, 4), new(20, "arith", 0.5, 0.4, double.NaN, 100, 4)];
        EvalLine.Append(path, lines[0]);
        EvalLine.Append(path, lines[1]);
        Assert.Equal(lines, EvalLine.ReadAll(path));
        Assert.Equal("""{"step":0,"data_set":"arith","accuracy":0.25,"low":0.2,"high":0.3,"prompts":100,"samples":4}""",
            File.ReadAllLines(path)[0]);
        EvalLine.Append(path, lines[1] with { Step = 10 }, lastStep: 9);
        Assert.Equal([0, 10], EvalLine.ReadAll(path).Select(line => line.Step));
    }

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }
}
