using Hone.Records.DataSets;

namespace Hone.Records.Exporting;

/// <summary>What to tell a trainer so that it takes an exported file.</summary>
public static class TrainerSwitches
{
    /// <summary>The switches, or for TRL, which has none for this, the line of Python.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="path">The exported file.</param>
    public static string For(Trainer trainer, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string file = ShellText.Word(path);
        string quoted = System.Text.Json.JsonSerializer.Serialize(path);
        string builder = path.EndsWith(".parquet", StringComparison.Ordinal) ? "parquet" : "json";
        return trainer switch
        {
            Trainer.Verl => $"data.train_files={file}",
            Trainer.Trl => $"train_dataset=load_dataset(\"{builder}\", data_files={quoted}, split=\"train\")",
            Trainer.OpenRlhf => $"--data.prompt_dataset {file} --data.input_key input --data.label_key label --data.apply_chat_template",
            Trainer.OpenInstruct => $"--dataset_mixer_list {file} 1.0 --dataset_mixer_list_splits train",
            Trainer.NemoRl => $"++data.train.dataset_name=ResponseDataset ++data.train.data_path={file} "
                + "++data.train.input_key=input ++data.train.output_key=output",
            _ => $"--prompt-data {file} --input-key prompt --label-key label --metadata-key metadata --apply-chat-template",
        };
    }

    /// <summary>What else the user should know; null for nothing.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="set">The data set that the rows came from.</param>
    public static string? Remark(Trainer trainer, DataSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return trainer switch
        {
            Trainer.Verl when set.Shape is not (DataSetShape.Verl or DataSetShape.Gsm8k or DataSetShape.Math) =>
                "verl picks its scorer by data_source; for one it does not know, give yours with reward.custom_reward_function.path",
            _ => null,
        };
    }
}
