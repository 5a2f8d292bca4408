using Hone.Records.Evaluations;

namespace Hone.Records.Tests.Evaluations;

public sealed class StepMetricTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Own_lines_are_the_mean_over_the_data_sets_that_every_step_has()
    {
        StepMetric metric = Read("""
            {"step":20,"data_set":"a","accuracy":0.5,"low":0.4,"high":0.6,"prompts":10,"samples":1}
            {"step":20,"data_set":"b","accuracy":0.7,"low":0.4,"high":0.8,"prompts":10,"samples":1}
            {"step":40,"data_set":"a","accuracy":0.1,"low":0.4,"high":0.6,"prompts":10,"samples":1}
            {"step":40,"data_set":"a","accuracy":0.9,"low":0.4,"high":0.6,"prompts":10,"samples":1}
            {"step":60,"data_se
            """);
        Assert.Equal("accuracy", metric.Name);
        Assert.Equal([20, 40], metric.Values.Keys);
        Assert.Equal([0.5, 0.9], metric.Values.Values);
    }

    [Fact]
    public void A_trainer_state_gives_the_watched_metric()
    {
        StepMetric metric = Read("""
            {
              "best_global_step": 40, "best_metric": 0.7, "global_step": 60,
              "log_history": [
                {"step": 10, "loss": 0.1, "reward": 0.3, "kl": NaN},
                {"step": 20, "eval_loss": 0.4, "eval_reward": 0.9, "eval_rewards/acc/mean": 0.5, "eval_runtime": 3},
                {"step": 40, "eval_loss": 0.7, "eval_reward": 0.8, "eval_rewards/acc/mean": 0.7, "eval_runtime": 3}
              ]
            }
            """);
        Assert.Equal("eval_rewards/acc/mean", metric.Name);
        Assert.Equal([0.5, 0.7], metric.Values.Values);
    }

    [Fact]
    public void A_watched_loss_is_no_metric()
    {
        StepMetric metric = Read("""
            {"best_metric": 0.4, "best_model_checkpoint": "out/checkpoint-20", "log_history": [
              {"step": 20, "eval_loss": 0.4, "eval_reward": 0.9}, {"step": 40, "eval_loss": 0.7, "eval_reward": 0.8}]}
            """);
        Assert.Equal("eval_reward", metric.Name);
        Assert.Equal([0.9, 0.8], metric.Values.Values);
    }

    [Fact]
    public void Verls_file_log_gives_the_mean_over_sources()
    {
        StepMetric metric = Read("""
            {"step": 0, "data": {"val-core/gsm8k/acc/mean@4": 0.2, "val-core/math/acc/mean@4": 0.1, "val-core/math/acc/best@4/mean": 0.9}}
            {"step": 5, "data": {"critic/score/mean": 0.4}}
            {"step": 10, "data": {"val-core/gsm8k/acc/mean@4": 0.6, "val-core/math/acc/mean@4": 0.2, "val-aux/math/acc/std@4": 0.9}}
            """);
        Assert.Equal([0, 10], metric.Values.Keys);
        Assert.Equal([0.15, 0.4], metric.Values.Values.Select(value => Math.Round(value, 12)));
    }

    [Theory]
    [InlineData("[{\"step\": 40.0, \"value\": 0.5},\n {\"step\": 80, \"value\": 0.25}]")]
    [InlineData("{\"step\": 40, \"value\": 0.5}\n{\"step\": 80, \"value\": 0.25}\n{\"step\": 90, \"value\": null}\n{\"step\": 91, \"value\": NaN}\n")]
    [InlineData("{\"checkpoints\": [{\"step\": 40, \"path\": \"a\", \"accuracy\": 0.5}, {\"step\": 80, \"mean_of_sets\": {\"accuracy\": 0.25}}]}")]
    public void Plain_values(string text)
    {
        StepMetric metric = Read(text);
        Assert.Equal([40, 80], metric.Values.Keys);
        Assert.Equal([0.5, 0.25], metric.Values.Values);
    }

    [Theory]
    [InlineData("", "no held-out value")]
    [InlineData("[]", "no held-out value")]
    [InlineData("[1, null, \"a\", [2]]", "no held-out value")]
    [InlineData("{\"log_history\": 5}", "no held-out value")]
    [InlineData("{\"step\": \"40\", \"value\": 1}", "no held-out value")]
    [InlineData("{\"step\": -1, \"value\": 1}\n{\"step\": 1e99, \"value\": 1}\n{\"step\": 1.5, \"value\": 1}", "no held-out value")]
    [InlineData("{\"step\": 40, \"value\": 1e999}", "no held-out value")]
    [InlineData("{\n\"log_history\": [", "invalid JSON")]
    [InlineData("step,value\n40,0.5\n", "expected a JSON object")]
    public void What_cannot_be_read_says_so(string text, string problem)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.Contains(problem, error.Message);
        Assert.Contains("Hint: ", error.Message);
    }

    [Fact]
    public void It_is_found_beside_the_log()
    {
        string run = _folder["run"];
        Directory.CreateDirectory(Path.Combine(run, "checkpoint-20"));
        Directory.CreateDirectory(Path.Combine(run, "checkpoint-40"));
        Assert.Null(StepMetric.Beside(run, [Path.Combine(run, "checkpoint-20"), Path.Combine(run, "checkpoint-40")]));

        string state = Path.Combine(run, "checkpoint-40", "trainer_state.json");
        File.WriteAllText(state, "{\"log_history\": [{\"step\": 20, \"eval_reward\": 0.5}]}");
        StepMetric? found = StepMetric.Beside(run, [Path.Combine(run, "checkpoint-20"), Path.Combine(run, "checkpoint-40")]);
        Assert.Equal(state, found?.Path);
    }

    [Fact]
    public void Verls_log_is_found_from_its_checkpoints()
    {
        string experiment = Path.Combine(_folder["checkpoints"], "project", "experiment");
        Directory.CreateDirectory(Path.Combine(experiment, "global_step_10"));
        Directory.CreateDirectory(_folder["project"]);
        File.WriteAllText(
            Path.Combine(_folder["project"], "experiment.jsonl"), "{\"step\": 10, \"data\": {\"val-core/a/acc/mean@1\": 0.5}}\n");
        StepMetric? found = StepMetric.Beside(_folder["rollouts"], [Path.Combine(experiment, "global_step_10")]);
        Assert.Equal(0.5, found?.Values[10]);
    }

    [Fact]
    public void A_document_that_is_not_UTF8_is_refused() => Bad.Input(
        () => StepMetric.Read(_folder.WriteBytes("state.json", [.. "{\n\"log_history\": [{\"step\": 1, \"eval_m\u00ffan\": 1}]}".Select(unit => (byte)unit)])),
        "state.json: is not valid UTF-8");

    private StepMetric Read(string text)
    {
        string path = _folder["values.json"];
        File.WriteAllText(path, text);
        return StepMetric.Read(path);
    }
}
