using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Cli.Running;
using Hone.Records.RunFolders;
using Hone.Training.Evaluation;
using Spectre.Console;

namespace Hone.Cli.Evaluations;

/// <summary>Evaluates checkpoint after checkpoint on servers that load each in turn.</summary>
internal sealed class CheckpointWalk
{
    private readonly IReadOnlyList<Checkpoint> _checkpoints;

    private CheckpointWalk(IReadOnlyList<Checkpoint> checkpoints) => _checkpoints = checkpoints;

    /// <summary>Finds the checkpoints, and says which are left out.</summary>
    /// <param name="context">Where to say so.</param>
    /// <param name="folder">The folder that holds theirs.</param>
    /// <param name="served">Whether servers do the work.</param>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static CheckpointWalk Over(CommandContext context, string folder, bool served)
    {
        if (!served)
        {
            throw new UsageException(
                "--checkpoints goes with --server alone. "
                + "Hint: evaluate a checkpoint's folder with --model, or name an SGLang server.");
        }

        CheckpointSearch search = CheckpointSearch.In(folder);
        Checkpoint[] models = [.. search.Found.Where(checkpoint => checkpoint.Kind == CheckpointKind.Model)];
        string[] leftOut = [.. search.LeftOut, .. search.Found.Except(models).Select(Unloadable)];
        if (models.Length == 0)
        {
            throw new InvalidDataException(leftOut.Length > 0
                ? $"{leftOut[0]}{(leftOut.Length > 1 ? $" ({leftOut.Length - 1} more like it)" : "")}, "
                    + "expected a whole model at least. Hint: give the trainer time to end, or make model folders of its checkpoints."
                : $"{folder}: holds no checkpoint, expected folders such as step-000100 or checkpoint-100. Hint: name the folder above them.");
        }

        foreach (string reason in leftOut)
        {
            context.Warn($"{reason}");
        }

        return new CheckpointWalk(models);
    }

    private static string Unloadable(Checkpoint checkpoint) => checkpoint.Kind == CheckpointKind.Adapter
        ? $"{checkpoint.Path}: left out, it has adapters alone, of which hone merge makes a model"
        : $"{checkpoint.Path}: left out, it has the trainer's own shards alone"
            + (checkpoint.Conversion is { } conversion ? $"; a model folder of them: {conversion}" : "");

    /// <summary>Loads and evaluates each, and prints the results by step.</summary>
    /// <param name="context">Where to print.</param>
    /// <param name="served">The servers; they keep the last checkpoint.</param>
    /// <param name="sets">The data sets as the servers take them.</param>
    /// <param name="options">How they are evaluated.</param>
    /// <param name="output">The folder that holds one folder a step; null to keep nothing.</param>
    /// <param name="json">Whether the results are printed as JSON.</param>
    public void Run(
        CommandContext context, ServedModel served, Func<IReadOnlyList<EvaluatedSet>> sets, EvaluationOptions options, string? output,
        bool json)
    {
        Table table = Tables.New("step", "data set", "prompts", "accuracy", "95 % interval");
        var documents = new JsonArray();
        foreach (Checkpoint checkpoint in _checkpoints)
        {
            context.Say($"loading {checkpoint.Path}");
            served.LoadCheckpoint(checkpoint, context.TakeCancel());
            var job = new EvaluationJob(context, served, sets(), options);
            IReadOnlyList<SetResult> results = job.Evaluate(
                output is null ? null : Path.Combine(output, Path.GetFileName(checkpoint.Folder)));
            JsonObject document = EvaluationOutput.Json(results, options.Seed);
            document.Insert(0, "step", checkpoint.Step);
            document.Insert(1, "path", checkpoint.Path);
            documents.Add(document);
            foreach ((EvaluatedSet set, EvaluationResult result) in results)
            {
                table.AddRow(
                    checkpoint.Step.ToString(CultureInfo.InvariantCulture), Markup.Escape(set.Name),
                    result.Prompts.ToString(CultureInfo.InvariantCulture), Tables.Share(result.Accuracy),
                    $"{Tables.Share(result.Low)} to {Tables.Share(result.High)}");
            }
        }

        if (json)
        {
            JsonOutput.Print(context, new JsonObject { ["checkpoints"] = documents, ["servers"] = served.Servers });
        }
        else
        {
            Tables.Print(context, table);
        }
    }
}
