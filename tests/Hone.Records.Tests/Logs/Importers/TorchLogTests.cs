using Hone.Records.Logs;
using Hone.Records.Tests.Pickles;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class TorchLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rollouts_of_slime_are_counted_from_1_and_evaluations_passed_over()
    {
        Directory.CreateDirectory(_folder["dump/rollout_data"]);
        File.Copy(Fixture.File("rollout_0.pt"), _folder["dump/rollout_data/0.pt"]);
        File.Copy(Fixture.File("rollout_0.pt"), _folder["dump/rollout_data/eval_0.pt"]);
        RolloutLog log = LogsOf.Read(_folder["dump"], fields: ["reward=score"]);
        Assert.Equal(("slime", 1, 1, 1), (log.Format.Name, log.Format.StepOffset, log.Format.CheckpointOffset, log.Files.Count));
        Assert.All(log.Steps.ToArray(), step => Assert.Equal(1, step));
        Assert.Equal("slime", LogsOf.Read(Fixture.File("rollout_0.pt"), fields: ["reward=score"]).Format.Name);
        Bad.Input(() => LogsOf.Read(_folder["dump"], fields: ["step=x"]), "slime logs are read by their own fields");
    }

    [Fact]
    public void The_authors_logs_have_the_references_log_probs_alone()
    {
        Directory.CreateDirectory(_folder["out/training_logs"]);
        File.Copy(Fixture.File("log_step_100.pt"), _folder["out/training_logs/log_step_100.pt"]);
        RolloutLog log = LogsOf.Read(_folder["out"]);
        Assert.Equal(("ugcs", 1, 0), (log.Format.Name, log.Format.StepOffset, log.Format.CheckpointOffset));
        Assert.True(log.HasReference);
        Assert.Equal(log.Count, log.MissingLogprobs);
        Assert.True(log.Steps[0] >= 1);
    }

    [Fact]
    public void Other_torch_files_are_no_logs() =>
        Bad.Input(() => LogsOf.Read(Fixture.File("tensors_2.pt"), "slime"), "has no slime rollouts");
}
