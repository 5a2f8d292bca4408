using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Evaluations;
using Hone.Records;
using Hone.Records.RunFolders;

namespace Hone.Cli;

/// <summary>A run that was begun before: its settings, and its log cut back to a checkpoint.</summary>
internal static class SavedRun
{
    /// <summary>The field of run.json that identifies the base of adapters.</summary>
    public const string BaseHash = "base_hash";

    private const string Stopped = "stopped";

    /// <summary>The settings that run.json holds; JSON is YAML, so they are read like a configuration.</summary>
    public static TrainSettings Settings(RunFolder run)
    {
        if (JsonFile.Read(run.RunFile) is not JsonObject saved || saved["config"] is not JsonObject config
            || saved["command"] is not JsonValue command || !command.TryGetValue(out string? name) || name != "train")
        {
            throw new InvalidDataException(
                $"{run.RunFile}: is not that of hone train, expected its command and its config. Hint: only runs of hone train resume.");
        }

        return TrainSettings.Read(ConfigFile.Parse(run.RunFile, config.ToJsonString()));
    }

    /// <summary>Refuses to go on with adapters whose base model is another one now.</summary>
    /// <exception cref="InvalidDataException">It is.</exception>
    public static void CheckBase(RunFolder run, TrainSettings settings)
    {
        if (settings.Lora is null || (JsonFile.Read(run.RunFile) as JsonObject)?[BaseHash] is not JsonValue saved)
        {
            return;
        }

        string folder = Models.BaseFolder(settings.Model), now = ModelHash.Of([folder]);
        if (saved.ToString() != now)
        {
            throw new InvalidDataException(
                $"{folder}: is not the model that {run.Name} adapts (SHA-256 {now}, was {saved}), expected it unchanged. "
                + "Hint: put the former base back, or start a new run.");
        }
    }

    /// <summary>Says in run.json why the run ended before its last step, or that it did not.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stop">The figures; null for a run that goes on or went to its end.</param>
    public static void RecordStop(RunFolder run, JsonObject? stop)
    {
        JsonObject saved = JsonFile.Read(run.RunFile).AsObject();
        if (!JsonNode.DeepEquals(saved[Stopped], stop))
        {
            saved.Remove(Stopped);
            if (stop is not null)
            {
                saved[Stopped] = stop;
            }

            run.WriteRun(saved);
        }
    }

    /// <summary>The newest checkpoint whose files are as they were written; null for a run without checkpoints. Newer ones are put aside
    /// under another name, so that their steps are saved again.</summary>
    /// <exception cref="InvalidDataException">None is whole.</exception>
    public static Checkpoint? NewestWhole(CommandContext context, RunFolder run)
    {
        var damaged = new List<(Checkpoint Checkpoint, string Problem)>();
        Checkpoint? whole = null;
        foreach (Checkpoint checkpoint in run.Checkpoints.Reverse())
        {
            if (FileManifest.Problem(checkpoint.Path) is not { } problem)
            {
                whole = checkpoint;
                break;
            }

            damaged.Add((checkpoint, problem));
        }

        if (whole is null && damaged.Count > 0)
        {
            throw new InvalidDataException(
                $"{damaged[0].Checkpoint.Path}: {damaged[0].Problem}, and no earlier checkpoint is whole, expected one to go on from. "
                + "Hint: copy one back, or start a new run.");
        }

        foreach ((Checkpoint checkpoint, string problem) in damaged)
        {
            string aside = FreeName(checkpoint.Path + ".damaged");
            Directory.Move(checkpoint.Path, aside);
            context.Warn($"{checkpoint.Path}: {problem}; it was put aside as {Path.GetFileName(aside)}");
        }

        return whole;
    }

    private static string FreeName(string path)
    {
        string free = path;
        for (int i = 2; Directory.Exists(free); i++)
        {
            free = $"{path}-{i}";
        }

        return free;
    }
}
