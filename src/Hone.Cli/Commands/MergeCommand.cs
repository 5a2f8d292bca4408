using System.CommandLine;
using Hone.Engine.Files;
using Hone.Engine.Model.Lora;

namespace Hone.Cli.Commands;

/// <summary>`hone merge`: a base model and its adapters as one plain model.</summary>
internal static class MergeCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> model = CommonOptions.Model();
        var adapter = new Option<string>("--adapter")
        {
            Description = "Adapter folder (adapter_config.json, adapter_model.safetensors)", HelpName = "DIR", Required = true,
        };
        var output = new Option<string>("--out") { Description = "Model folder to make", HelpName = "DIR", Required = true };
        var dtype = new Option<string>("--dtype") { Description = "Type of the weights; without it the base's", HelpName = "TYPE" };
        CommonOptions.OneOf(dtype, "f32", "bf16", "f16");
        var command = new Command("merge", "Write a model and its LoRA adapters as one plain model folder")
        {
            model, adapter, output, dtype,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(output);
            int merged = LoraMergedFolder.Write(
                Base(parsed.GetRequiredValue(model)), Adapter(parsed.GetRequiredValue(adapter)), New(folder),
                parsed.GetValue(dtype) is { } name ? Enum.Parse<TensorDataType>(name, ignoreCase: true) : null);
            context.Print($"{merged} projections merged; model in {folder}");
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone merge --model arith-base --adapter runs/a/model --out merged",
            "hone merge --model DIR --adapter runs/b/checkpoints/step-000100 --out merged --dtype bf16");
    }

    private static string Base(string name)
    {
        string folder = Models.Folder(name);
        return LoraFile.IsAdapter(folder)
            ? throw new UsageException($"--model {name}: holds adapters, expected their base model. Hint: swap --model and --adapter?")
            : folder;
    }

    private static string Adapter(string folder) => LoraFile.IsAdapter(folder)
        ? folder
        : throw new DirectoryNotFoundException(
            $"{folder}: has no {PeftConfig.FileName}, expected a folder of adapters. Hint: give a checkpoint of a run with 'lora'.");

    private static string New(string folder)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(folder);
        if (Path.Exists(trimmed))
        {
            throw new InvalidDataException($"{trimmed}: is there already, expected a new folder. Hint: choose another name with --out.");
        }

        return trimmed;
    }
}
