using System.Globalization;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Commands;

/// <summary>The memory plan of `hone train` and `hone sft`: shown before they start, and refused where it does not fit.</summary>
public sealed partial class MemoryTests
{
    private static readonly string[] Parts =
        ["parameters", "packed weights", "gradients", "optimizer", "activations", "key/value cache", "logits and scratch", "total"];

    [Fact]
    public void ThePlanIsShownPartByPart()
    {
        using var folder = new TempFolder();
        string[] lines = Train(folder, "a", "memory.activations=auto").Done().ErrorLines;
        int first = Array.IndexOf(lines, "memory plan");
        Assert.Equal(1, first); // after the machine
        string[] plan = lines[(first + 1)..(first + 1 + Parts.Length)];
        Assert.All(plan.Zip(Parts), line => Assert.Matches($@"^  {Regex.Escape(line.Second)} +\d+\.\d+ [MG]iB", line.First));
        Assert.EndsWith("  (kept)", plan[4], StringComparison.Ordinal);
        Assert.EndsWith("that this machine has free", plan[^1], StringComparison.Ordinal);
        Assert.Contains("  reference model ", Train(folder, "b", "loss.kl_coefficient=0.1").Done().Error, StringComparison.Ordinal);
        string sft = HoneProcess.Run("sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["c"]}").Done().Error;
        Assert.Contains("  activations ", sft, StringComparison.Ordinal);
        Assert.DoesNotContain("  key/value cache ", sft, StringComparison.Ordinal);
    }

    [Fact]
    public void ActivationsAreRecomputedWhereKeepingThemDoesNotFitAndTheRunIsTheSame()
    {
        using var folder = new TempFolder();
        Ran keep = Train(folder, "keep", "memory.activations=keep").Done();
        Ran recompute = Train(folder, "recompute", "memory.activations=recompute").Done();
        Assert.True(Total(recompute) < Total(keep));
        Ran between = Train(folder, "between", LimitMib((Total(keep) + Total(recompute)) / 2)).Done();
        Assert.Contains("(recomputed)", between.Error, StringComparison.Ordinal);
        Assert.Contains("that memory.limit_gib allows", between.Error, StringComparison.Ordinal);
        const string Weights = "checkpoints/step-000004/model.safetensors";
        Assert.Equal(File.ReadAllBytes(folder["keep/" + Weights]), File.ReadAllBytes(folder["between/" + Weights]));
    }

    [Fact]
    public void ARunThatDoesNotFitIsRefusedWithItsNumbersAndLeavesNothing()
    {
        using var folder = new TempFolder();
        double recompute = Total(Train(folder, "a", "memory.activations=recompute").Done());
        string config = TinyRun.Train(folder);
        string[] arguments = ["train", "--config", config, "--set", "threads=1", "--set", $"out={folder["runs/b"]}", "--set"];
        Ran refused = folder.Refuses(
            2,
            [
                "even with activations recomputed", "(parameters 3.9 MiB, packed weights ", ", activations ", ", key/value cache ",
                "that memory.limit_gib allows", "lower ", "or raise memory.limit_gib",
            ],
            [.. arguments, LimitMib(recompute - 1)]);
        Assert.Matches($@"the run takes {recompute.ToString("F1", CultureInfo.InvariantCulture)} MiB ", refused.Error);
        folder.Refuses(
            2, ["with activations kept", "set memory.activations to auto"],
            [.. arguments, LimitMib(recompute), "--set", "memory.activations=keep"]);
        folder.Refuses(2, ["before the first token", "use a smaller model"], [.. arguments, LimitMib(1)]);
        string sft = TinyRun.Sft(folder);
        folder.Refuses(
            2, ["even with activations recomputed", "lower micro_batch_tokens"],
            ["sft", "--config", sft, "--set", $"out={folder["runs/c"]}", "--set", LimitMib(30), "--set", "batch_size=400"]);
        folder.Refuses(
            2, ["before the first token"], ["sft", "--config", sft, "--set", $"out={folder["runs/c"]}", "--set", LimitMib(1)]);
    }

    [Theory]
    [InlineData("memory.activations=some", "'memory.activations' is some, expected auto, keep, recompute.")]
    [InlineData("memory.limit_gib=-1", "memory.limit_gib is -1, expected 0 (all that the machine has) or more.")]
    [InlineData("memory.limit=4", "unknown key 'memory.limit'")]
    public void AWrongSettingIsNamed(string set, string part)
    {
        using var folder = new TempFolder();
        folder.Refuses(2, [part], ["train", "--config", TinyRun.Train(folder), "--set", $"out={folder["a"]}", "--set", set]);
        folder.Refuses(2, [part], ["sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["a"]}", "--set", set]);
    }

    // On one thread everywhere: each thread has scratch of its own, which is part of the plan.
    private static Ran Train(TempFolder folder, string name, string set) => HoneProcess.Run(
        "train", "--config", TinyRun.Train(folder), "--set", $"out={folder[name]}", "--set", "threads=1", "--set", set);

    private static double Total(Ran ran) =>
        double.Parse(TotalLine().Match(ran.Error).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string LimitMib(double mib) => string.Create(CultureInfo.InvariantCulture, $"memory.limit_gib={mib / 1024:R}");

    [GeneratedRegex(@"\n  total +(\d+\.\d) MiB  of ")]
    private static partial Regex TotalLine();
}
