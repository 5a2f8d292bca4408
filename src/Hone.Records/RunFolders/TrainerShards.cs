using System.Globalization;
using System.Text.RegularExpressions;

namespace Hone.Records.RunFolders;

/// <summary>The weights of trainers that save them in their own form, and the command of theirs that makes a Hugging Face folder of
/// them.</summary>
internal static partial class TrainerShards
{
    [GeneratedRegex("^model_world_size_(?<size>[0-9]+)_rank_[0-9]+[.]pt$", RegexOptions.CultureInvariant)]
    private static partial Regex FsdpShard();

    /// <summary>What a folder holds in a form of this kind; null and perhaps a problem where there is nothing of use.</summary>
    internal static (CheckpointContent? Content, string? Problem) In(string folder)
    {
        (string[] Files, Func<string> Conversion)[] forms =
        [
            (CheckpointContent.Files(At("actor"), "model_world_size_*_rank_*.pt"), () => Verl("fsdp")),
            (Below("actor", "dist_ckpt"), () => Verl("megatron")),
            (Below("actor", "model", "dist_ckpt"), () => Verl("megatron")),
            (Below("policy", "weights"), Nemo),
            (CheckpointContent.Files(folder, "*model_states.pt"), DeepSpeedTag),
            (NestedDeepSpeed(), () => $"python {ShellText.Word(At("zero_to_fp32.py"))} {ShellText.Word(folder)} {ShellText.Word(folder + "_hf")}"),
            (CheckpointContent.Files(At("pytorch_model_fsdp_0"), "*.distcp"),
                () => $"accelerate merge-weights {ShellText.Word(At("pytorch_model_fsdp_0"))} {ShellText.Word(folder + "_hf")}"),
            (CheckpointContent.Files(At("trainer"), "*.distcp"),
                () => "prime-rl's trainer state is no model; let it save Hugging Face weights too, in weights/step_N"),
            ([.. CheckpointContent.Files(folder, "*.distcp"), .. Below("mp_rank_00"), .. Below("mp_rank_00_000")], Slime),
            (File.Exists(At("config.json")) ? [] : CheckpointContent.Files(folder, "*.safetensors", "pytorch_model*.bin", "model*.pt"),
                () => "the weights have no config.json beside them; copy that and the tokenizer of the model it was trained from"),
        ];
        foreach ((string[] files, Func<string> conversion) in forms)
        {
            if (files.Length > 0)
            {
                return (CheckpointContent.ProblemIn(files) ?? MissingRank(files)) is { } problem
                    ? (null, problem)
                    : (new CheckpointContent(CheckpointKind.Shards, folder, conversion()), null);
            }
        }

        return (null, null);

        string At(params string[] parts) => Path.Combine([folder, .. parts]);

        string[] Below(params string[] parts) => Directory.Exists(At(parts))
            ? [.. Directory.EnumerateFiles(At(parts), "*", SearchOption.AllDirectories).Where(IsShard)]
            : [];

        string[] NestedDeepSpeed() =>
            [.. Directory.EnumerateDirectories(folder, "global_step*").SelectMany(inner => CheckpointContent.Files(inner, "*model_states.pt"))];

        string Verl(string backend) =>
            $"python -m verl.model_merger merge --backend {backend} --local_dir {ShellText.Word(At("actor"))} --target_dir {ShellText.Word(At("merged"))}";

        string Nemo()
        {
            string config = ShellText.Word(At("config.yaml")), weights = At("policy", "weights");
            string? megatron = Directory.EnumerateDirectories(weights, "iter_*").Order(StringComparer.Ordinal).LastOrDefault();
            return megatron is null
                ? $"uv run examples/converters/convert_dcp_to_hf.py --config {config} --dcp-ckpt-path {ShellText.Word(weights)} --hf-ckpt-path {ShellText.Word(folder + "-hf")}"
                : $"uv run --extra mcore python examples/converters/convert_megatron_to_hf.py --config {config} "
                    + $"--megatron-ckpt-path {ShellText.Word(megatron)} --hf-ckpt-path {ShellText.Word(folder + "-hf")}";
        }

        string DeepSpeedTag()
        {
            string above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? ".";
            return $"python {ShellText.Word(Path.Combine(above, "zero_to_fp32.py"))} {ShellText.Word(above)} {ShellText.Word(folder + "_fp32")} -t {ShellText.Word(Path.GetFileName(folder))}";
        }

        string Slime() => $"python tools/convert_torch_dist_to_hf.py --input-dir {ShellText.Word(folder)} --output-dir {ShellText.Word(folder + "-hf")} "
            + "--origin-hf-dir THE_MODEL_YOU_STARTED_FROM";
    }

    // What torch and Megatron save beside the shards, such as .metadata and common.pt, may be small but is never empty either.
    private static bool IsShard(string file) =>
        Path.GetExtension(file) is ".distcp" or ".pt" or ".pth" or ".bin" or ".safetensors";

    private static string? MissingRank(string[] files)
    {
        Match first = FsdpShard().Match(Path.GetFileName(files[0]));
        return first.Success && int.TryParse(first.Groups["size"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int ranks) && files.Length < ranks
            ? $"it has {files.Length} of {ranks} model_world_size_*.pt files"
            : null;
    }
}
