using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tokenization;
using Hone.Records;
using Hone.Training.Grpo;
using Hone.Training.Optimization;

namespace Hone.Training.Checkpoints;

/// <summary>
/// A checkpoint: a Hugging Face model folder, in the type of the files that the model came from, or of a model with adapters
/// PEFT's folder of these alone; and beside the weights a `trainer` folder with AdamW's moments, the step, what the guard over
/// updates knows and, where that type rounds, the weights in F32. Prompt order and random streams are functions of the seed and the
/// step, so nothing else is needed to go on.
/// </summary>
public static class TrainingCheckpoint
{
    private const string TrainerFolder = "trainer";
    private const string StateFile = "state.json";
    private const string MomentsFile = "optimizer.safetensors";
    private const string GuardField = "guard";
    private const string Weights = "weight.";
    private const string First = "first_moment.";
    private const string Second = "second_moment.";

    // Configuration, manifest and state, each file to the end of its last block; a tensor's entry in a file's header.
    private const long SmallFilesBytes = 96 << 10;
    private const long TensorEntryBytes = 256;

    /// <summary>Writes the folder, which appears whole or not at all, with sizes and sums of its files in its manifest.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="model">The policy.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="optimizer">Moments and step.</param>
    /// <param name="baseModel">The name or folder of the model that adapters belong to.</param>
    /// <param name="saveAs">The type of the weights; null for the model's own.</param>
    /// <param name="guard">What the guard over updates knows, where there is one.</param>
    /// <exception cref="IOException">The disk has no room for it, or it could not be written.</exception>
    public static void Save(
        string folder, Transformer model, Tokenizer tokenizer, Optimizer optimizer, string baseModel = "",
        TensorDataType? saveAs = null, GuardState? guard = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(tokenizer);
        string holder = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!).FullName;
        long needed = Bytes(model, tokenizer, saveAs);
        if (FreeSpace.Of(holder) is { } free && free < needed)
        {
            throw FreeSpace.Lacking(string.Create(
                CultureInfo.InvariantCulture, $"the checkpoint of step {optimizer.Step} takes {needed} bytes, and {free} are free"));
        }

        AtomicFolder.Write(folder, inside => Fill(inside, model, tokenizer, optimizer, baseModel, saveAs, guard));
    }

    /// <summary>What <see cref="Save"/> will write, in bytes: never less, and at most some hundred KiB more.</summary>
    public static long Bytes(Transformer model, Tokenizer tokenizer, TensorDataType? saveAs = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ITensorSet trained = model.Adapters is { } adapters ? adapters.Values : model.Parameters;
        TensorDataType type = model.Adapters is null ? saveAs ?? model.StoredAs : TensorDataType.F32;
        long values = trained.Items.Sum(item => (long)item.Length);
        int exact = Rounded(model, type) ? 3 : 2;
        return (values * ((type == TensorDataType.F32 ? sizeof(float) : sizeof(ushort)) + (exact * sizeof(float))))
            + tokenizer.SavedBytes + SmallFilesBytes + ((exact + 1L) * trained.Items.Count * TensorEntryBytes);
    }

    /// <summary>
    /// Reads the step and the moments back, and the weights where the model's own file has them rounded; else they are
    /// those that the optimizer's model was loaded with.
    /// </summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="optimizer">Takes step and moments.</param>
    /// <param name="guard">Takes what the guard knew; a checkpoint of a run without one leaves it as it is.</param>
    /// <exception cref="InvalidDataException">The files are damaged or belong to another model.</exception>
    public static void Restore(string folder, Optimizer optimizer, UpdateGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        string trainer = Path.Combine(folder, TrainerFolder);
        string state = Path.Combine(trainer, StateFile);
        int step = StepIn(state)
            ?? throw new InvalidDataException($"{state}: no whole number 'step' from 0 on. Hint: resume from another checkpoint.");
        if (guard is not null && JsonFile.Read(state)[GuardField] is { } known)
        {
            guard.Restore(GuardState.Of(known) ?? throw new InvalidDataException(
                $"{state}: 'guard' is not what a run writes, expected counts and norms. Hint: resume from another checkpoint."));
        }

        string path = Path.Combine(trainer, MomentsFile);
        using SafetensorsFile moments = SafetensorsFile.Open(path);
        Read(moments, First, optimizer.FirstMoment);
        Read(moments, Second, optimizer.SecondMoment);
        if (Rounded(optimizer.Model, optimizer.Model.StoredAs))
        {
            Read(moments, Weights, optimizer.Model.Parameters);
            optimizer.Model.WeightsChanged();
        }

        optimizer.Step = step;
    }

    private static void Fill(
        string folder, Transformer model, Tokenizer tokenizer, Optimizer optimizer, string baseModel, TensorDataType? saveAs,
        GuardState? guard)
    {
        string trainer = Path.Combine(folder, TrainerFolder);
        Directory.CreateDirectory(trainer);
        if (model.Adapters is { } adapters)
        {
            LoraFile.Save(folder, adapters, baseModel);
        }
        else
        {
            ModelFile.Save(folder, model, saveAs);
        }

        tokenizer.SaveTo(folder);
        IEnumerable<TensorToWrite> weights = Rounded(model, saveAs ?? model.StoredAs) ? Exact(Weights, model.Parameters) : [];
        SafetensorsWriter.Write(
            Path.Combine(trainer, MomentsFile),
            [.. weights, .. Exact(First, optimizer.FirstMoment), .. Exact(Second, optimizer.SecondMoment)]);
        var state = new JsonObject { ["step"] = optimizer.Step };
        if (guard is not null)
        {
            state[GuardField] = guard.ToJson();
        }

        JsonFile.Write(Path.Combine(trainer, StateFile), state);
    }

    /// <summary>Whether a folder says of itself that it is the checkpoint after a step.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="step">The step.</param>
    public static bool IsOfStep(string folder, int step)
    {
        string state = Path.Combine(folder, TrainerFolder, StateFile);
        try
        {
            return File.Exists(state) && StepIn(state) == step;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static int? StepIn(string state) =>
        JsonFile.Read(state) is JsonObject fields && fields["step"] is JsonValue value
        && value.TryGetValue(out int step) && step >= 0 ? step : null;

    // Adapters are saved in F32, and their base is not saved.
    private static bool Rounded(Transformer model, TensorDataType type) => model.Adapters is null && type != TensorDataType.F32;

    private static IEnumerable<TensorToWrite> Exact(string prefix, ITensorSet set) =>
        set.Items.Select(item => new TensorToWrite(
            prefix + item.Name, TensorDataType.F32, [.. item.Shape.Select(size => (long)size)],
            (offset, count) => set[item.Name].Slice(offset, count).Span));

    private static void Read(SafetensorsFile file, string prefix, ITensorSet set)
    {
        foreach (ParameterInfo item in set.Items)
        {
            if (!file.Tensors.TryGetValue(prefix + item.Name, out TensorInfo? found) || found.ElementCount != item.Length)
            {
                throw new InvalidDataException(
                    $"{file.Path}: tensor '{prefix + item.Name}' is missing or of another size. "
                    + "Hint: the trainer's state belongs to another model; resume from another checkpoint.");
            }

            file.Read(prefix + item.Name, set[item.Name].Span);
        }
    }
}
