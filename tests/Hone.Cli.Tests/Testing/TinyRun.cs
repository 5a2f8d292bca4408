namespace Hone.Cli.Tests;

/// <summary>The smallest useful configurations: four steps, and when training with GRPO a checkpoint every two.</summary>
internal static class TinyRun
{
    internal static string Sft(TempFolder folder, params string[] more) => folder.Write("sft.yaml", [
        "model: arith-base", "arithmetic: {count: 12, level: 1, seed: 4}", "steps: 4", "batch_size: 4", .. more,
    ]);

    internal static string Train(TempFolder folder, params string[] more) => folder.Write("train.yaml", [
        "model: arith-base", "arithmetic: {count: 12, level: 1, seed: 4}", "steps: 4", "prompts_per_step: 3", "group_size: 4",
        "max_completion_tokens: 20", "save_every: 2", "optimizer: {learning_rate: 1e-3}", .. more,
    ]);
}
