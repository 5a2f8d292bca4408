namespace Hone.Cli.Tests.BadInput;

/// <summary>Outputs that cannot be written.</summary>
public sealed class OutputPathTests
{
    public static TheoryData<string> Writers => ["data", "score", "select"];

    [Theory]
    [MemberData(nameof(Writers))]
    public void AFolderInThePlaceOfTheFileIsRefused(string command)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["taken"]);
        folder.Refuses(3, ["taken: is a folder, expected a file"], Arguments(folder, command, folder["taken"]));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void AFileInThePlaceOfTheFolderIsAFailure(string command)
    {
        using var folder = new TempFolder();
        folder.Write("file", "mine");
        folder.Refuses(1, ["file/out.jsonl: cannot be written ("], Arguments(folder, command, folder["file/out.jsonl"]));
    }

    [Fact]
    public void ScoresDoNotGoIntoTheDataSet()
    {
        using var folder = new TempFolder();
        string[] arguments = Arguments(folder, "score", folder["d.jsonl"]);
        folder.Refuses(2, ["d.jsonl: is --data too, expected another file"], arguments);
    }

    private static string[] Arguments(TempFolder folder, string command, string output)
    {
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"1+1=","answer":"2"}""");
        string scores = folder.Write("s.jsonl", """{"id":"a","confidence":-1,"probability":0.3,"tokens":2}""");
        return command switch
        {
            "data" => ["data", "arithmetic", "--count", "2", "--out", output],
            "score" => ["score", "--model", "arith-base", "--data", data, "--out", output],
            _ => ["select", "--scores", scores, "--data", data, "--out", output],
        };
    }
}
