namespace Hone.Cli.Tests.BadInput;

/// <summary>Wrong command lines: exit code 2.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("unknown command 'scroe' for hone. Hint: did you mean 'score'?", "scroe")]
    [InlineData("unknown command 'arithmetik' for hone data. Hint: did you mean 'arithmetic'?", "data", "arithmetik")]
    [InlineData("unknown option '--modle' for hone generate. Hint: did you mean '--model'?", "generate", "--modle", "x", "--prompt", "y")]
    [InlineData("unknown option '--modle' for hone generate. Hint: did you mean '--model'?", "generate", "--modle=x", "--prompt", "y")]
    [InlineData("unknown option '--quite' for hone rank. Hint: did you mean '--quiet'?", "rank", "x", "--quite")]
    [InlineData("unknown option '--zzzzzzzzz' for hone rank. Hint: see hone rank --help.", "rank", "x", "--zzzzzzzzz")]
    [InlineData("unexpected argument 'more' for hone rank.", "rank", "x", "more")]
    [InlineData("Required command was not provided.")]
    [InlineData("Option '--model' is required.", "generate", "--prompt", "x")]
    [InlineData("expected either --prompt TEXT or --messages FILE.", "generate", "--model", "x")]
    [InlineData("--count many: expected a whole number.", "data", "arithmetic", "--count", "many", "--out", "x")]
    [InlineData("--temperature hot: expected a number.", "generate", "--model", "x", "--prompt", "y", "--temperature", "hot")]
    [InlineData("--threads -1: expected 0 or more.", "generate", "--model", "x", "--prompt", "y", "--threads", "-1")]
    [InlineData("--by fuzy: expected fuzzy, random, confident, unsure. Hint: did you mean 'fuzzy'?", "select", "--scores", "s", "--data", "d", "--out", "o", "--by", "fuzy")]
    [InlineData("--target anwser: expected answer, solution, completion, prompt. Hint: did you mean 'answer'?", "score", "--model", "m", "--data", "d", "--out", "o", "--target", "anwser")]
    [InlineData("--as refrence-code: expected paper, reference-code. Hint: did you mean 'reference-code'?", "rank", "x", "--as", "refrence-code")]
    [InlineData("--fraction 0: expected above 0, at most 1.", "select", "--scores", "s", "--data", "d", "--out", "o", "--fraction", "0")]
    [InlineData("--center middle: expected mean, median, or a probability", "select", "--scores", "s", "--data", "d", "--out", "o", "--center", "middle")]
    [InlineData("--hardest 101: expected above 0, at most 100.", "rank", "x", "--hardest", "101")]
    [InlineData("--window 0: expected 1 or more steps.", "rank", "x", "--window", "0")]
    [InlineData("--max-tokens -1: expected 0 or more.", "generate", "--model", "arith-base", "--prompt", "y", "--max-tokens", "-1")]
    [InlineData("--top-p is 2", "generate", "--model", "arith-base", "--prompt", "y", "--top-p", "2")]
    [InlineData("level is 9, expected 1 to 6.", "data", "arithmetic", "--count", "5", "--level", "9", "--out", "x")]
    [InlineData("count is 0, expected at least 1.", "data", "arithmetic", "--count", "0", "--out", "x")]
    [InlineData("level 1 has only 19746 different prompts", "data", "arithmetic", "--count", "20000", "--level", "1", "--out", "x")]
    [InlineData("expected either --config FILE or --resume RUN.", "train")]
    [InlineData("--set does not go with --resume", "train", "--resume", "x", "--set", "steps=3")]
    public void AWrongCommandLineIsRefusedInOneLine(string part, params string[] arguments)
    {
        using var folder = new TempFolder();
        folder.Refuses(2, [part], arguments);
    }

    [Fact]
    public void AFieldThatIsNoFieldOfOursIsRefusedWithTheNearest()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", """{"question":"1+1=","answer":"2"}""");
        folder.Refuses(2, ["no field 'promt'", "did you mean prompt=question"],
            ["score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"], "--field", "promt=question"]);
    }

    [Fact]
    public void CheckpointsThatAreNeitherFolderNorStepsAreRefused()
    {
        using var folder = new TempFolder();
        string log = folder.Write("log.jsonl", """{"step":1,"prompt_id":"a","mean_logprob":-1,"reward":1}""");
        folder.Refuses(2, ["--checkpoints 1,two: 'two' is neither a folder nor a step."], ["rank", log, "--checkpoints", "1,two"]);
    }

    [Fact]
    public void TwoWrongOptionsAreTwoLines()
    {
        using var folder = new TempFolder();
        folder.Refuses(2, ["'--modle'", "'--promt'"], ["generate", "--modle", "x", "--promt", "y"], problems: 2);
    }
}
