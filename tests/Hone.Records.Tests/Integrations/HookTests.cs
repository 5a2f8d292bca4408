using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Records.Logs;

namespace Hone.Records.Tests.Integrations;

/// <summary>The hooks of integrations/ under Python, called by drivers with the shapes that the trainers' calls have.</summary>
public sealed class HookTests : IDisposable
{
    private const double Exact = 0;

    private static readonly string Root = FindRoot();
    private readonly TempFolder _folder = new();

    private string Rollouts => _folder["rollouts"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slime()
    {
        Drive("slime");
        RolloutLog log = RolloutLog.Read(Rollouts);
        Assert.Equal([1, 1, 1, 2], log.Steps.ToArray());
        Assert.Equal(["9", "40"], log.PromptIds);
        Assert.Equal([1, 1, 0, 1], log.Prompts.ToArray());
        Assert.Equal([0, 1, 0, 0], log.Samples.ToArray());
        Assert.Equal([1.0, 0.0, 0.25, 1.0], log.Rewards.ToArray());
        AssertMeans([-1.0, -2.0, double.NaN, -1.0], log);
        Assert.Equal([2, 2, 2, 2], log.Tokens.ToArray());
        Assert.Equal([false, true, false, false], log.Truncated.ToArray());
        Assert.Equal(1, log.SkippedRows);
        Assert.Null(Lines()[0]["completion"]);
    }

    [Fact]
    public void Trl()
    {
        Drive("trl");
        RolloutLog log = RolloutLog.Read(Rollouts);
        Assert.Equal([1, 1, 3, 3, 5, 5, 1, 1, 3, 3, 5, 5], log.Steps.ToArray());
        Assert.Equal(["40", "x"], log.PromptIds.Where(id => id.Length < 16));
        Assert.Equal(3, log.PromptIds.Count);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], log.Samples.ToArray());
        Assert.Equal([1.0, 0.5], log.Rewards[..2].ToArray());
        AssertMeans([-2.0, -4.0, -2.0, -4.0, -2.0, -4.0, .. Enumerable.Repeat(double.NaN, 6)], log);
        Assert.Equal([-1.0, -8.0], log.RefMeanLogprobs[..2].ToArray());
        Assert.Equal([3, 1], log.Tokens[..2].ToArray());
        Assert.Equal([false, true], log.Truncated[..2].ToArray());
        Assert.Equal("""{"accuracy":1,"format":null}""", Lines()[0]["rewards"]!.ToJsonString().Replace("1.0", "1", StringComparison.Ordinal));
    }

    [Fact]
    public void Verl()
    {
        Drive("verl");
        RolloutLog log = RolloutLog.Read(Rollouts);
        Assert.Equal([1, 1, 4], log.Steps.ToArray());
        Assert.Equal(["40", "41"], log.PromptIds);
        Assert.Equal([0, 1, 0], log.Samples.ToArray());
        Assert.Equal([1.0, 0.0, 1.0], log.Rewards.ToArray());
        AssertMeans([-1.0, -1.0, double.NaN], log);
        Assert.Equal([2, 3, 2], log.Tokens.ToArray());
        Assert.Equal([false, true, false], log.Truncated.ToArray());
    }

    [Fact]
    public void Verl_with_a_reward_of_ones_own()
    {
        Drive("verl", environment: [("HONE_REWARD", Path.Combine(Root, "tests/Hone.Records.Tests/Integrations/own_reward.py:score"))]);
        Assert.Equal((1, 0.5), (RolloutLog.Read(Rollouts).Steps[0], RolloutLog.Read(Rollouts).Rewards[0]));
    }

    [Fact]
    public void Openrlhf()
    {
        Drive("openrlhf", environment: [.. OpenRlhf(3), ("HONE_ROLLOUT_TEXT", "1")]);
        RolloutLog log = RolloutLog.Read(Rollouts);

        // The fourth completion has no reward; the fifth comes from an engine that counts its weights.
        Assert.Equal([1, 1, 1, 7], log.Steps.ToArray());
        Assert.Equal((2, 1), (log.PromptIds.Count, log.SkippedRows));
        Assert.Equal([1.0, 0.5, 0.25, 0.0], log.Rewards.ToArray());
        AssertMeans([-2.0, -2.0, -2.0, -2.0], log);
        Assert.Equal([3, 3, 3, 3], log.Tokens.ToArray());
        Assert.Equal([false, false, false, true], log.Truncated.ToArray());
        Assert.Equal([1, 1, 1, 2, 7], Lines().Select(line => (int)line["step"]!));
        Assert.Equal(("a", "3 4 5", "7"), ((string)Lines()[0]["prompt"]!, (string)Lines()[0]["completion"]!, (string)Lines()[0]["answer"]!));
    }

    [Theory]
    [InlineData("slime", 800, 16)]
    [InlineData("openrlhf", 160, 16)]
    public void Several_processes_write_side_by_side(string trainer, int lines, int perStep)
    {
        Drive(trainer, ["many"], OpenRlhf(perStep));
        RolloutLog log = RolloutLog.Read(Rollouts);
        Assert.Equal((lines, 0), (log.Count, log.SkippedRows));
        Assert.All(log.Steps.ToArray().CountBy(step => step), step => Assert.Equal(perStep, step.Value));
    }

    [Theory]
    [InlineData("slime")]
    [InlineData("trl")]
    [InlineData("verl")]
    [InlineData("openrlhf")]
    public void A_folder_that_cannot_be_written_ends_no_run_and_is_told_once(string trainer)
    {
        File.WriteAllText(Rollouts, "a file is no folder");
        string told = Drive(trainer, environment: OpenRlhf(3, reward: trainer == "openrlhf"));
        Assert.StartsWith("hone: cannot record rollouts (FileExistsError: ", told, StringComparison.Ordinal);
        Assert.Single(told.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("slime")]
    [InlineData("trl")]
    [InlineData("verl")]
    [InlineData("openrlhf")]
    public void A_full_disk_ends_no_run_and_leaves_whole_lines(string trainer)
    {
        string told = Drive(trainer, environment: OpenRlhf(3, reward: trainer == "openrlhf"), mostBytes: 200);
        Assert.StartsWith("hone: cannot record rollouts (OSError: ", told, StringComparison.Ordinal);
        Assert.Single(told.TrimEnd().Split('\n'));
        Assert.NotEmpty(Lines());
    }

    [Fact]
    public void Images_in_prompts_and_numbers_of_arrays_are_recorded()
    {
        Assert.Equal("", Drive("trl", ["odd"], [("HONE_ROLLOUT_TEXT", "1")]));
        JsonNode[] lines = Lines();
        Assert.Equal(2, lines.Length);
        Assert.Equal(("0.5", "true"), (lines[0]["reward"]!.ToJsonString(), lines[0]["truncated"]!.ToJsonString()));
        Assert.Equal("""[{"role": "user", "content": [{"type": "image", "image": "an image"}, 7]}]""", (string?)lines[0]["prompt"]);
        Assert.Equal((string?)lines[0]["prompt_id"], (string?)lines[1]["prompt_id"]);
    }

    [Fact]
    public void A_reward_that_fails_ends_the_run()
    {
        string told = Drive("verl", ["failing"], expectedExit: 1);
        Assert.Contains("ZeroDivisionError", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verl", "HONE_REWARD", "rewards.py")]
    [InlineData("openrlhf", "HONE_REWARD", "")]
    [InlineData("openrlhf", "HONE_STEP_COMPLETIONS", "many")]
    public void Wrong_settings_are_told_at_once(string trainer, string name, string value)
    {
        string told = Drive(trainer, environment: [.. OpenRlhf(3, reward: trainer == "openrlhf"), (name, value)], expectedExit: 1);
        Assert.Contains("ImportError: " + name, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Openrlhf_counts_on_where_a_process_was_killed()
    {
        Directory.CreateDirectory(Rollouts);
        File.WriteAllText(Path.Combine(Rollouts, ".completions"), ".....");
        Drive("openrlhf", environment: OpenRlhf(3));
        Assert.Equal([2, 3, 3, 3, 7], Lines().Select(line => (int)line["step"]!));
    }

    private static (string, string)[] OpenRlhf(int perStep, bool reward) => reward ? OpenRlhf(perStep) : [];

    private static (string, string)[] OpenRlhf(int perStep) =>
        [("HONE_REWARD", "http://127.0.0.1:5000/get_reward"), ("HONE_STEP_COMPLETIONS", $"{perStep}")];

    private static void AssertMeans(double[] expected, RolloutLog log) =>
        Assert.Equal(expected, log.MeanLogprobs.ToArray(), (x, y) => (double.IsNaN(x) && double.IsNaN(y)) || Math.Abs(x - y) <= Exact);

    private JsonNode[] Lines() => [.. Directory.GetFiles(Rollouts, "*.jsonl").Order(StringComparer.Ordinal)
        .SelectMany(File.ReadAllLines).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Runs a driver; what it says on stderr.</summary>
    private string Drive(
        string trainer, string[]? arguments = null, (string Name, string Value)[]? environment = null, int? mostBytes = null,
        int expectedExit = 0)
    {
        string driver = Path.Combine(Root, $"tests/Hone.Records.Tests/Integrations/drive_{trainer}.py");
        string[] limited = mostBytes is null ? [] : ["-c", $"import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, "
            + $"({mostBytes}, {mostBytes})); runpy.run_path(__import__('sys').argv[1], run_name='__main__')"];
        var start = new ProcessStartInfo("python3", [.. limited, driver, .. arguments ?? []])
        {
            RedirectStandardError = true, WorkingDirectory = _folder.Root,
        };
        start.Environment["PYTHONPATH"] = Path.Combine(Root, "integrations", trainer);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["HONE_ROLLOUTS"] = Rollouts;
        start.Environment.Remove("HONE_REWARD");
        start.Environment.Remove("HONE_ROLLOUT_TEXT");
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using Process python = Start(start);
        string error = python.StandardError.ReadToEnd();
        Assert.True(python.WaitForExit(60_000), "python3 does not end");
        Assert.True(python.ExitCode == expectedExit, error);
        return error;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("no python3 on the PATH");
            throw;
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "hone.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no hone.slnx above {AppContext.BaseDirectory}");
    }
}
