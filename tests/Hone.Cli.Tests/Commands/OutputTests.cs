using System.Globalization;

namespace Hone.Cli.Tests.Commands;

/// <summary>What goes where: results on stdout, remarks on stderr, and neither in the language of the machine.</summary>
public sealed class OutputTests
{
    [Fact]
    public void QuietCommandsSayNothingOnStderr()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 6, level: 1);
        string[][] commands =
        [
            ["score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"]],
            ["score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"]],
            ["select", "--scores", folder["s.jsonl"], "--data", data, "--out", folder["k.jsonl"]],
            ["eval", "--model", "arith-base", "--data", data, "--max-tokens", "8"],
            ["generate", "--model", "arith-base", "--prompt", "1+1=", "--max-tokens", "8"],
            ["sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["sft"]}"],
            ["train", "--config", TinyRun.Train(folder), "--set", $"out={folder["train"]}"],
        ];
        Assert.All(commands, command =>
        {
            Assert.Equal("", HoneProcess.RunReporting([.. command, "--quiet"]).Done().Error);
        });
    }

    [Fact]
    public void OtherwiseTheMachineAndTheProgressAreOnStderr()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 6, level: 1);
        Ran ran = HoneProcess.RunReporting(
            "score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"], "--json");
        Assert.Equal(6, (int)ran.Done().Json["scored"]!);
        Assert.Matches(@"^.+, kernels \w+, threads \d+ of \d+, memory \d+ GiB, \.NET .+\n", ran.Error);
        Assert.Matches(@"\nscoring 6/6 prompts, [\d.]+ prompts/s\n", ran.Error);
    }

    [Fact]
    public void NumbersHaveAPointWhateverTheMachinesLanguage()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 6, level: 1);
        folder.Write("log.jsonl",
            """{"step":1,"prompt_id":"a","mean_logprob":-1.5,"reward":0.5}""", """{"step":2,"prompt_id":"a","mean_logprob":-0.5,"reward":1}""");
        HoneProcess.Run("score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"]).Done();
        string[][] commands =
        [
            ["rank", folder["log.jsonl"], "--checkpoints", "1,2", "--window", "1", "--hardest", "2.5"],
            ["eval", "--model", "arith-base", "--data", data, "--max-tokens", "20", "--samples", "2"],
            ["generate", "--model", "arith-base", "--prompt", "1+1=", "--max-tokens", "8", "--logprobs"],
            ["select", "--scores", folder["s.jsonl"], "--data", data, "--fraction", "0.5", "--out", folder["k.jsonl"]],
            ["select", "--scores", folder["s.jsonl"], "--data", data, "--fraction", "1.5", "--out", folder["k.jsonl"]],
            ["data", "arithmetic", "--count", "2", "--direct-share", "1.5", "--out", folder["k.jsonl"]],
            ["train", "--config", TinyRun.Train(folder), "--set", "sampling.top_p=1.5", "--set", $"out={folder["train"]}"],
        ];
        Assert.All(commands, command =>
        {
            Ran plain = HoneProcess.Run(command);
            CultureInfo before = CultureInfo.CurrentCulture;
            try
            {
                CultureInfo.CurrentCulture = new CultureInfo("de-DE");
                Assert.Equal(plain, HoneProcess.Run(command));
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        });
    }
}
