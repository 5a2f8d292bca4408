using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Optimization;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Checkpoints;

public sealed class TrainingCheckpointTests : IDisposable
{
    private static readonly GrpoOptions Options = TrainerCase.Options with
    {
        Steps = 6,
        UpdatesPerBatch = 2,
        Optimizer = new OptimizerOptions { LearningRate = 3e-3, Schedule = LearningRateSchedule.Cosine, WarmupSteps = 3 },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Resumed_run_ends_with_the_same_bytes_as_a_straight_one(int threads)
    {
        using (var straight = new TrainerCase(Options))
        {
            straight.Run(4);
            Save("half", straight);
            straight.Run(6);
            Save("straight", straight);
        }

        using (var resumed = new TrainerCase(Options, threads, load: kernels => ModelFile.Load(_folder["half"], kernels)))
        {
            TrainingCheckpoint.Restore(_folder["half"], resumed.Trainer.Optimizer);
            Assert.Equal(4, resumed.Trainer.Optimizer.Step);
            resumed.Run(6);
            Save("resumed", resumed);
        }

        string[] files = Files("straight");
        Assert.Equal(files, Files("resumed"));
        Assert.Contains("model.safetensors", files);
        Assert.Contains(Path.Combine("trainer", "optimizer.safetensors"), files);
        Assert.All(
            files,
            file => Assert.Equal(File.ReadAllBytes(_folder[$"straight/{file}"]), File.ReadAllBytes(_folder[$"resumed/{file}"])));
        string weights = "model.safetensors";
        Assert.NotEqual(File.ReadAllBytes(_folder[$"half/{weights}"]), File.ReadAllBytes(_folder[$"straight/{weights}"]));
    }

    [Fact]
    public void Weights_keep_the_type_they_came_in_and_a_resumed_run_its_exact_values()
    {
        using (var start = new TrainerCase(Options))
        {
            Directory.CreateDirectory(_folder["start"]);
            ModelFile.Save(_folder["start"], start.Policy, TensorDataType.BF16);
        }

        using (TrainerCase straight = From("start"))
        {
            straight.Run(4);
            Save("half", straight);
            straight.Run(6);
            Save("straight", straight);
        }

        using (TrainerCase resumed = From("half"))
        {
            TrainingCheckpoint.Restore(_folder["half"], resumed.Trainer.Optimizer);
            resumed.Run(6);
            Save("resumed", resumed);
        }

        using SafetensorsFile weights = SafetensorsFile.Open(_folder["resumed/model.safetensors"]);
        Assert.All(weights.Tensors.Values, tensor => Assert.Equal(TensorDataType.BF16, tensor.DataType));
        Assert.All(
            Files("straight"),
            file => Assert.Equal(File.ReadAllBytes(_folder[$"straight/{file}"]), File.ReadAllBytes(_folder[$"resumed/{file}"])));

        TrainerCase From(string name) => new(Options, load: kernels => ModelFile.Load(_folder[name], kernels));
    }

    [Fact]
    public void Rounded_weights_without_their_exact_values_are_not_resumed_from()
    {
        using TrainerCase run = Saved();
        ModelFile.Save(_folder["saved"], run.Policy, TensorDataType.BF16);
        using Transformer rounded = ModelFile.Load(_folder["saved"], run.Policy.Kernels);
        using var optimizer = new Optimizer(rounded, Options.Optimizer, 6);
        Refused(optimizer);
    }

    [Fact]
    public void Folder_is_a_model_that_loads_with_its_tokenizer()
    {
        using TrainerCase run = Saved();
        using Transformer loaded = ModelFile.Load(_folder["saved"], run.Policy.Kernels);
        Near.Exact("weights", run.Policy.Parameters, loaded.Parameters);
        Assert.Equal([104, 105], TokenizerFile.Load(_folder["saved"]).Encode("hi"));
        Assert.Equal([_folder["saved"]], Directory.GetDirectories(_folder.Root));
    }

    [Theory]
    [InlineData("{\"step\": 2")]
    [InlineData("{\"steps\": 2}")]
    [InlineData("{\"step\": 2.5}")]
    [InlineData("{\"step\": \"2\"}")]
    [InlineData("{\"step\": -2}")]
    [InlineData("[2]")]
    [InlineData("")]
    public void Damaged_step_is_refused(string state)
    {
        using TrainerCase run = Saved();
        File.WriteAllText(_folder["saved/trainer/state.json"], state);
        Refused(run.Trainer.Optimizer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Truncated_moments_are_refused(int length)
    {
        using TrainerCase run = Saved();
        using (FileStream file = File.OpenWrite(_folder["saved/trainer/optimizer.safetensors"]))
        {
            Assert.True(file.Length > length);
            file.SetLength(length);
        }

        Refused(run.Trainer.Optimizer);
    }

    [Fact]
    public void Moments_of_another_model_are_refused()
    {
        using TrainerCase run = Saved();
        using var wider = new Transformer(run.Policy.Config with { IntermediateSize = 32 }, run.Policy.Kernels);
        using var deeper = new Transformer(run.Policy.Config with { Layers = 3 }, run.Policy.Kernels);
        foreach (Transformer model in new[] { wider, deeper })
        {
            using var optimizer = new Optimizer(model, Options.Optimizer, 6);
            Refused(optimizer);
        }
    }

    [Fact]
    public void Moments_are_refused_where_one_is_missing()
    {
        using TrainerCase run = Saved();
        SafetensorsWriter.Write(
            _folder["saved/trainer/optimizer.safetensors"],
            [new TensorToWrite("first_moment.model.norm.weight", TensorDataType.F32, [1L], (_, count) => new float[count])]);
        Refused(run.Trainer.Optimizer);
    }

    private void Refused(Optimizer optimizer)
    {
        var error = Assert.Throws<InvalidDataException>(() => TrainingCheckpoint.Restore(_folder["saved"], optimizer));
        Assert.StartsWith(_folder["saved/trainer"], error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private TrainerCase Saved()
    {
        var run = new TrainerCase(Options);
        run.Run(2);
        Save("saved", run);
        return run;
    }

    private void Save(string name, TrainerCase run) =>
        TrainingCheckpoint.Save(_folder[name], run.Policy, TinyPolicy.Tokenizer, run.Trainer.Optimizer);

    private string[] Files(string name) =>
    [
        .. Directory.GetFiles(_folder[name], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder[name], file)).Order(StringComparer.Ordinal),
    ];
}
