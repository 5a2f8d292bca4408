namespace Hone.Records.Exporting;

/// <summary>The trainers that rows are written for.</summary>
public enum Trainer
{
    /// <summary>verl-project/verl.</summary>
    Verl,

    /// <summary>huggingface/trl, GRPOTrainer and its kin.</summary>
    Trl,

    /// <summary>OpenRLHF/OpenRLHF.</summary>
    OpenRlhf,

    /// <summary>allenai/open-instruct.</summary>
    OpenInstruct,

    /// <summary>NVIDIA-NeMo/RL.</summary>
    NemoRl,

    /// <summary>THUDM/slime.</summary>
    Slime,
}
