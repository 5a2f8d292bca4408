using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Records;
using Hone.Records.RunFolders;

namespace Hone.Cli;

/// <summary>A run that was begun before: its settings, and its log cut back to a checkpoint.</summary>
internal static class SavedRun
{
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

    /// <summary>Removes the rollouts of steps that will be made again.</summary>
    public static void DropAfter(RunFolder run, int step)
    {
        for (int later = step + 1; File.Exists(run.RolloutFile(later)); later++)
        {
            File.Delete(run.RolloutFile(later));
        }
    }
}
