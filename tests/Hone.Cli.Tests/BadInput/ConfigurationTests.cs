namespace Hone.Cli.Tests.BadInput;

/// <summary>Wrong configurations: exit code 2, every problem on a line of its own.</summary>
public sealed class ConfigurationTests
{
    private static readonly string[] Sound = ["model: arith-base", "arithmetic:", "  count: 4", "steps: 1"];

    [Theory]
    [InlineData("train", "stepz: 3", "c.yaml:6: unknown key 'stepz'. Hint: did you mean 'steps'?")]
    [InlineData("sft", "stepz: 3", "c.yaml:6: unknown key 'stepz'. Hint: did you mean 'steps'?")]
    [InlineData("train", "optimizer: {learning_rat: 1}", "c.yaml:6: unknown key 'optimizer.learning_rat'. Hint: did you mean 'optimizer.learning_rate'?")]
    [InlineData("train", "rewards: {numeric_anser: 1}", "unknown reward 'rewards.numeric_anser'. Hint: did you mean 'numeric_answer'?")]
    [InlineData("train", "group_size: many", "c.yaml:6: 'group_size' is many, expected a whole number.")]
    [InlineData("train", "group_size: 1", "group_size is 1, expected 2 or more.")]
    [InlineData("train", "loss: {normalization: mean}", "'loss.normalization' is mean, expected token_mean, sequence_mean, constant_length.")]
    [InlineData("train", "data: x.jsonl", "'data' or 'arithmetic.count', expected exactly one of them")]
    [InlineData("train", "fields: [promt=q]", "no field 'promt'")]
    [InlineData("sft", "new_model: {layers: 1}", "'model' or 'new_model', expected exactly one of them")]
    [InlineData("sft", "save_as: f64", "'save_as' is f64, expected same, f32, bf16, f16.")]
    [InlineData("train", "sampling: 3", "'sampling' is a value, expected a section of settings")]
    [InlineData("train", "save_every: 0", "save_every is 0, expected 1 or more.")]
    [InlineData("train", "seed: [1", "c.yaml:")]
    public void AWrongSettingIsNamedWithFileAndLine(string command, string line, string part)
    {
        using var folder = new TempFolder();
        string config = folder.Write("c.yaml", [.. Sound, $"out: {folder["runs/a"]}", line]);
        folder.Refuses(2, [part], [command, "--config", config]);
    }

    [Theory]
    [InlineData("stepz=3", "--set: unknown key 'stepz'. Hint: did you mean 'steps'?")]
    [InlineData("optimiser.learning_rate=1", "--set: unknown key 'optimiser'. Hint: did you mean 'optimizer'?")]
    [InlineData("optimizer.rate=1", "--set: unknown key 'optimizer.rate'")]
    [InlineData("arithmetic.level=9", "level is 9, expected 1 to 6.")]
    [InlineData("steps", "--set steps: expected key=value.")]
    [InlineData("steps.deep=1", "'steps' is a value, not a section.")]
    [InlineData("threads=-2", "threads' is -2, expected a whole number of 0 or more.")]
    public void AWrongOverrideIsNamed(string set, string part)
    {
        using var folder = new TempFolder();
        string config = folder.Write("c.yaml", [.. Sound, $"out: {folder["runs/a"]}"]);
        folder.Refuses(2, [part], ["train", "--config", config, "--set", set]);
    }

    [Fact]
    public void AllProblemsAreReportedAtOnce()
    {
        using var folder = new TempFolder();
        string config = folder.Write("c.yaml", [.. Sound, "stepz: 3", "group_size: many"]);
        folder.Refuses(2, ["'out' is not set", "'stepz'", "'group_size'"], ["train", "--config", config], problems: 3);
    }

    [Fact]
    public void AFolderThatHoldsSomethingIsNotOverwritten()
    {
        using var folder = new TempFolder();
        folder.Write("runs/a/notes.txt", "mine");
        string config = folder.Write("c.yaml", [.. Sound, $"out: {folder["runs/a"]}"]);
        folder.Refuses(3, ["the run folder is not empty"], ["train", "--config", config]);
        folder.Refuses(3, ["the run folder is not empty"], ["sft", "--config", config]);
    }
}
