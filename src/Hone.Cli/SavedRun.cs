using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Evaluations;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;

namespace Hone.Cli;

/// <summary>A run that was begun before: its settings, and its log cut back to a checkpoint.</summary>
internal static class SavedRun
{
    /// <summary>The field of run.json that identifies the base of adapters.</summary>
    public const string BaseHash = "base_hash";

    private const string Stopped = "stopped";

    /// <summary>The field of run.json that identifies the data set.</summary>
    public const string DataHash = "data_hash";

    /// <summary>The field of run.json that identifies the held-out set.</summary>
    public const string HeldOutHash = "eval_data_hash";

    /// <summary>The configuration that run.json holds; JSON is YAML, so it is read like a file of settings.</summary>
    /// <param name="run">The run.</param>
    /// <param name="command">The command that goes on with it.</param>
    /// <exception cref="InvalidDataException">It is a run of another command, or damaged.</exception>
    public static ConfigSection Config(RunFolder run, string command)
    {
        string? name = Text(run, "command");
        if (name is "train" or "sft" && name != command)
        {
            throw new InvalidDataException(
                $"{run.RunFile}: is a run of hone {name}, expected one of hone {command}. "
                + $"Hint: go on with it by hone {name} --resume {run.Path}");
        }

        if (name != command || (JsonFile.Read(run.RunFile) as JsonObject)?["config"] is not JsonObject config)
        {
            throw new InvalidDataException(
                $"{run.RunFile}: is not that of hone {command}, expected its command and its config. "
                + $"Hint: only runs of hone {command} resume.");
        }

        return ConfigFile.Parse(run.RunFile, config.ToJsonString());
    }

    /// <summary>What <see cref="BaseHash"/> holds: of adapters theirs and their base's.</summary>
    public static string HashOf(string model) => ModelHash.Of(new[] { Models.Folder(model), Models.BaseFolder(model) }.Distinct());

    /// <summary>Refuses to go on with a run whose base model, where its weights count on the way too, is another one now.</summary>
    /// <exception cref="InvalidDataException">It is.</exception>
    public static void CheckBase(RunFolder run, string? model)
    {
        if (model is null || Text(run, BaseHash) is not { } saved)
        {
            return;
        }

        string now = HashOf(model);
        if (saved != now)
        {
            string folder = Models.Folder(model), its = Models.BaseFolder(model);
            throw new InvalidDataException(
                $"{folder}{(its == folder ? "" : " with its base " + its)}: is not the model that {run.Name} began with (SHA-256 {now}, was {saved}), expected it unchanged. "
                + "Hint: put the former base back, or start a new run.");
        }
    }

    /// <summary>Refuses to go on with other rows than the run began with; there is nothing to refuse before it has begun.</summary>
    /// <param name="run">The run.</param>
    /// <param name="field">The field of run.json that identifies them.</param>
    /// <param name="data">The rows as they are now.</param>
    /// <exception cref="InvalidDataException">They are others.</exception>
    public static void CheckData(RunFolder run, string field, DataSet data)
    {
        if (File.Exists(run.RunFile) && Text(run, field) is { } saved && saved != data.Hash)
        {
            throw new InvalidDataException(
                $"{data.Path}: is not the data that {run.Name} began with (SHA-256 {data.Hash}, was {saved}), expected it unchanged. "
                + "Hint: put the former file back, or start a new run.");
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

    private static string? Text(RunFolder run, string field) =>
        (JsonFile.Read(run.RunFile) as JsonObject)?[field] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

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
