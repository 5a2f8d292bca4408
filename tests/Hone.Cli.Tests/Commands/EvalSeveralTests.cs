using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone eval` on several data sets at once.</summary>
public sealed class EvalSeveralTests
{
    [Fact]
    public void TheDocumentListsTheSetsAndSaysWhatTheyComeTo()
    {
        using var folder = new TempFolder();
        string easy = folder.Arithmetic("easy.jsonl", 6, level: 1), hard = folder.Arithmetic("hard.jsonl", 12, level: 3);
        JsonObject both = HoneProcess.Run(Arguments(easy, hard, "--samples", "4", "--json")).Done().Json;
        Assert.Equal(["data_sets", "mean_of_sets", "all_prompts"], both.Select(field => field.Key));
        JsonObject[] sets = [.. both["data_sets"]!.AsArray().Select(set => set!.AsObject())];
        Assert.Equal(["easy", "hard"], sets.Select(set => (string)set["name"]!));

        // Each set is what it is alone.
        Assert.All(sets.Zip([easy, hard]), pair =>
        {
            JsonObject alone = HoneProcess.Run(Arguments(pair.Second, null, "--samples", "4", "--json")).Done().Json;
            JsonObject set = pair.First.DeepClone().AsObject();
            Assert.Equal("numeric_answer", (string)set["reward"]!);
            Assert.True(set.Remove("name") && set.Remove("reward"));
            Assert.Equal(alone.ToJsonString(), set.ToJsonString());
        });
        double a = (double)sets[0]["accuracy"]!, b = (double)sets[1]["accuracy"]!;
        Assert.NotEqual(a, b);
        Assert.Equal((a + b) / 2, (double)both["mean_of_sets"]!["accuracy"]!, 12);
        Assert.Equal(((6 * a) + (12 * b)) / 18, (double)both["all_prompts"]!["accuracy"]!, 12);
        Assert.Equal(18, (int)both["all_prompts"]!["prompts"]!);
        double pass = ((6 * (double)sets[0]["pass_at"]!["2"]!) + (12 * (double)sets[1]["pass_at"]!["2"]!)) / 18;
        Assert.Equal(pass, (double)both["all_prompts"]!["pass_at"]!["2"]!, 12);
    }

    [Fact]
    public void TheTableHasARowASetAndFitsTheTerminal()
    {
        using var folder = new TempFolder();
        string longName = "a-data-set-with-quite-a-long-name-of-its-own";
        string easy = folder.Arithmetic($"{longName}.jsonl", 3, level: 1), hard = folder.Arithmetic("hard.jsonl", 4, level: 3);
        string[] lines = HoneProcess.Run(Arguments(easy, hard, "--samples", "2")).Done().Output.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        string[] rows = [.. lines.TakeWhile(line => !line.Contains("samples a prompt", StringComparison.Ordinal))];
        Assert.Contains(rows, line => line.TrimStart().StartsWith("a-data-set-with-quite-", StringComparison.Ordinal));
        Assert.Matches(@"^\s+hard\s+4\s+[01]\.\d{4}\s+[01]\.\d{3} to [01]\.\d{3}\s+\d+\.\d\s+\d+\s+\d+$", Assert.Single(rows, IsRow("hard")));
        Assert.Matches(@"^\s+mean of sets\s+[01]\.\d{4}$", Assert.Single(rows, IsRow("mean of sets")));
        Assert.Matches(@"^\s+all prompts\s+7\s+[01]\.\d{4}", Assert.Single(rows, IsRow("all prompts")));
        Assert.Contains(lines, line => line.Contains("mean of sets: each data set counts the same", StringComparison.Ordinal));
    }

    [Fact]
    public void SetsOfTheSameFileNameAreToldApartByFolderOrByName()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["x"]);
        Directory.CreateDirectory(folder["y"]);
        string x = folder.Arithmetic("x/test.jsonl", 2, level: 1), y = folder.Arithmetic("y/test.jsonl", 2, level: 1);
        string[] Names(params string[] data) =>
            [.. HoneProcess.Run(Arguments(data[0], data[1], "--json")).Done().Json["data_sets"]!.AsArray().Select(set => (string)set!["name"]!)];
        Assert.Equal(["x-test", "y-test"], Names(x, y));
        Assert.Equal(["first", "test"], Names("first=" + x, y));
        folder.Refuses(2, ["two data sets are called 'a'", "--data NAME=FILE"], Arguments("a=" + x, "a=" + y));
        folder.Refuses(2, ["'a/b' is no name"], Arguments("a/b=" + x, y));
    }

    [Fact]
    public void RowsOfEveryShapeAreJudgedByTheRewardThatFits()
    {
        using var folder = new TempFolder();
        string gsm = folder.Write("gsm.jsonl", """{"question":"1+1=","answer":"one and one #### 2"}""");
        string verl = folder.Write("verl.jsonl", """{"prompt":[{"role":"user","content":"1+1="}],"reward_model":{"ground_truth":"2"}}""");
        string words = folder.Write("words.jsonl", """{"prompt":"1+1=","answer":"two"}""");
        string[] Judges(string one, string other, params string[] more) =>
            [.. HoneProcess.Run(Arguments(one, other, [.. more, "--json"])).Done().Json["data_sets"]!.AsArray().Select(set => (string)set!["reward"]!)];
        Assert.Equal(["numeric_answer", "numeric_answer"], Judges(gsm, verl));
        Assert.Equal("math", Judges(gsm, words)[1]);
        Assert.Equal(["exact_text", "exact_text"], Judges(gsm, words, "--reward", "exact_text"));
        folder.Refuses(2, ["--reward format: expected numeric_answer, math, exact_text"], Arguments(gsm, verl, "--reward", "format"));
    }

    private static Predicate<string> IsRow(string name) => line => line.TrimStart().StartsWith(name + "  ", StringComparison.Ordinal);

    private static string[] Arguments(string one, string? other, params string[] more) =>
        ["eval", "--model", "arith-base", "--data", one, .. other is null ? [] : new[] { "--data", other }, "--max-tokens", "40", .. more];
}
