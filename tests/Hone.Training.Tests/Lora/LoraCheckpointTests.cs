using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Lora;

/// <summary>Checkpoints of adapters: PEFT's files with the trainer's state beside them.</summary>
public sealed class LoraCheckpointTests : IDisposable
{
    private static readonly LoraConfig Lora = new() { Rank = 2, Alpha = 3, Targets = [LoraTarget.Query, LoraTarget.Value, LoraTarget.Up] };

    private static readonly GrpoOptions Options = TrainerCase.Options with { Steps = 4 };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resumed_run_ends_with_the_same_bytes_as_a_straight_one()
    {
        using (var straight = new TrainerCase(Options, lora: Lora))
        {
            straight.Run(2);
            Save("half", straight);
            straight.Run(4);
            Save("straight", straight);
        }

        using (var resumed = new TrainerCase(Options, threads: 2, load: kernels =>
        {
            Transformer model = TinyPolicy.Make(kernels);
            model.Adapt(LoraFile.Load(_folder["half"], model.Config, kernels));
            return model;
        }))
        {
            TrainingCheckpoint.Restore(_folder["half"], resumed.Trainer.Optimizer);
            resumed.Run(4);
            Save("resumed", resumed);
        }

        string[] files =
            [PeftConfig.FileName, LoraFile.WeightName, Path.Combine("trainer", "optimizer.safetensors"), Path.Combine("trainer", "state.json")];
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_folder[$"straight/{file}"]), File.ReadAllBytes(_folder[$"resumed/{file}"])));
        Assert.False(File.Exists(_folder["straight/model.safetensors"]));
        Assert.NotEqual(File.ReadAllBytes(_folder[$"half/{files[1]}"]), File.ReadAllBytes(_folder[$"straight/{files[1]}"]));
    }

    private void Save(string name, TrainerCase run) =>
        TrainingCheckpoint.Save(_folder[name], run.Policy, TinyPolicy.Tokenizer, run.Trainer.Optimizer, "../base");
}
