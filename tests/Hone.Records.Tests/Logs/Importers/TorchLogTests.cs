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
    public void Files_of_slime_come_in_the_order_of_their_numbers()
    {
        foreach (int rollout in new[] { 10, 9, 100 })
        {
            _folder.WriteBytes($"rollout_{rollout}.pt", PickleBytes.Of(
                $"}}(S'rollout_id'\nI{rollout}\nS'samples'\n](", "}(S'group_index'\nI1\nS'prompt'\nS'q'\nS'reward'\nF1\nu", "eu."));
        }

        Assert.Equal([10, 11, 101], LogsOf.Read(_folder.Root).Steps.ToArray());
    }

    // 100 goes after 30 and 4, and a step that goes on in the next file goes on with its numbers.
    [Fact]
    public void A_step_of_the_authors_code_may_go_on_in_the_next_file()
    {
        byte[] one = PickleBytes.Of(
            "}(S'current_step'\nI7\nS'step_seen'\nI1\nS'logs'\n](}(S'step'\n",
            "](S'7'\neS'extra_info'\n](}S'index'\nS'p'\nseS'reward'\n](F1\ne", "ueu.");
        _folder.WriteBytes("log_step_100.pt", File.ReadAllBytes(Fixture.File("log_step_100.pt")));
        _folder.WriteBytes("log_step_30.pt", one);
        _folder.WriteBytes("log_step_4.pt", one);
        _folder.WriteBytes("other.pt", PickleBytes.Of("N."));
        RolloutLog log = LogsOf.Read(_folder.Root);
        Assert.Equal((3, 11), (log.Files.Count, log.Count));
        Assert.Equal([8, 8, 13, 13, 13], log.Steps[..5].ToArray());
        Assert.Equal([0, 1, 0, 1, 2, 0, 1, 2, 3, 4, 5], log.Samples.ToArray());
    }

    [Fact]
    public void Other_torch_files_are_no_logs() =>
        Bad.Input(() => LogsOf.Read(Fixture.File("tensors_2.pt"), "slime"), "has no slime rollouts");
}
