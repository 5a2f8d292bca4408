namespace Hone.Cli;

/// <summary>Where trainers keep their checkpoints when not beside the log, for a hint.</summary>
internal static class CheckpointPlaces
{
    /// <summary>A remark on a format's trainer, to follow `--checkpoints DIR`; empty for others.</summary>
    public static string Of(string format) => format switch
    {
        "verl" => "; verl's is trainer.default_local_dir, checkpoints/PROJECT/EXPERIMENT unless set",
        "trl" or "ms-swift" => "; theirs is output_dir",
        "open-instruct" => "; open-instruct's is OUTPUT_DIR_checkpoints",
        "nemo-rl" => "; NeMo-RL's is checkpointing.checkpoint_dir",
        "prime-rl" => "; prime-rl's is checkpoints or weights in the run directory",
        "slime" => "; slime's is the folder of --save, or that of --save-hf",
        _ => "",
    };
}
