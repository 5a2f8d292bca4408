namespace Hone.Cli.Tests.BadInput;

/// <summary>What is not there: exit code 3, and nothing begun.</summary>
public sealed class MissingFileTests
{
    [Theory]
    [InlineData("score", "--model", "arith-base", "--data", "@none", "--out", "@out")]
    [InlineData("score", "--model", "@none", "--data", "@data", "--out", "@out")]
    [InlineData("select", "--scores", "@none", "--data", "@data", "--out", "@out")]
    [InlineData("eval", "--model", "arith-base", "--data", "@none")]
    [InlineData("eval", "--model", "@none", "--data", "@data")]
    [InlineData("generate", "--model", "@none", "--prompt", "1+1=")]
    [InlineData("rank", "@none")]
    [InlineData("sft", "--config", "@none", "--set", "out=@out")]
    [InlineData("train", "--config", "@none", "--set", "out=@out")]
    [InlineData("train", "--config", "@config", "--set", "model=@none", "--set", "out=@out")]
    [InlineData("train", "--config", "@config", "--set", "data=@none", "--set", "arithmetic.count=0", "--set", "out=@deep/er/out")]
    [InlineData("train", "--resume", "@none")]
    public void AMissingFileIsNamed(params string[] arguments)
    {
        using var folder = new TempFolder();
        folder.Write("data", """{"prompt":"1+1=","answer":"2"}""");
        folder.Write("config", "model: arith-base", "arithmetic:", "  count: 4");
        string[] filled = [.. arguments.Select(argument => argument.Replace("@", folder.Root + "/", StringComparison.Ordinal))];
        folder.Refuses(3, [folder["none"] + ": no such "], filled);
    }

    [Fact]
    public void AScoresFileThatIsMissingForSelectLeavesTheOldSelectionAlone()
    {
        using var folder = new TempFolder();
        string kept = folder.Write("kept.jsonl", "what was there");
        string data = folder.Write("d.jsonl", """{"prompt":"1+1=","answer":"2"}""");
        folder.Refuses(3, ["no such file"], ["select", "--scores", folder["none"], "--data", data, "--out", kept]);
        Assert.Equal("what was there\n", File.ReadAllText(kept));
    }
}
