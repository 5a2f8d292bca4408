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

    [Theory]
    [InlineData("perplexity")]
    [InlineData("ppl")]
    [InlineData("rewards/kl/mean")]
    [InlineData("WER")]
    [InlineData("cer_score")]
    [InlineData("errRate")]
    [InlineData("pass_error_rate")]
    [InlineData("reward_loss")]
    public void A_metric_that_is_better_when_lower_is_not_used_even_where_the_trainer_watched_it(string name)
    {
        string rows = $$"""
            {"best_metric": 0.9, "best_global_step": 20, "log_history": [
              {"step": 20, "loss": 1, "eval_{{name}}": 0.9}, {"step": 40, "eval_{{name}}": 0.3}
            """;
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(rows + "]}"));
        Assert.Contains($"eval_{name} is better when lower, and not used", error.Message);
        StepMetric metric = Read(rows + ", {\"step\": 60, \"eval_reward\": 0.5}]}");
        Assert.Equal("eval_reward", metric.Name);
    }

    [Theory]
    [InlineData("eval_closs_reward")]
    [InlineData("eval_welcome_score")]
    [InlineData("eval_terms_accuracy")]
    public void Parts_of_words_say_nothing(string name) =>
        Assert.Equal(name, Read($$"""{"step": 20, "{{name}}": 0.5}""").Name);

    // The name does not tell, but the trainer kept the least value.
    [Fact]
    public void A_watched_metric_whose_least_value_was_kept_is_not_used()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read("""
            {"best_metric": 2, "best_global_step": 40, "log_history": [{"step": 20, "eval_edits": 5}, {"step": 40, "eval_edits": 2}]}
            """));
        Assert.Contains("eval_edits is better when lower", error.Message);
    }

    [Fact]
    public void A_variable_of_verl_that_is_better_when_lower_is_not_used()
    {
        StepMetric metric = Read("""{"step": 5, "data": {"val-core/error_fixing/acc/mean@4": 0.2, "val-core/speech/wer/mean@4": 0.9}}""");
        Assert.Equal([0.2], metric.Values.Values);
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => Read("""{"step": 5, "data": {"val-core/speech/wer/mean@4": 0.9}}"""));
        Assert.Contains("val-core/speech/wer/mean@4 is better when lower", error.Message);
    }

    [Fact]
    public void Values_of_several_data_sets_are_their_mean()
    {
        StepMetric metric = Read("""
            {"step":20,"data_set":"a","value":0.5}
            {"step":20,"data_set":"b","value":0.7}
            {"step":40,"data_set":"a","value":0.2}
            {"step":40,"data_set":"b","value":0.6}
            {"step":40,"data_set":"now and then","value":9}
            """);
        Assert.Equal("value", metric.Name);
        Assert.Equal([0.6, 0.4], metric.Values.Values.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void Data_sets_of_different_steps_are_said_to_be_that()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read("""
            {"step":20,"data_set":"a","accuracy":0.5}
            {"step":40,"data_set":"b","accuracy":0.7}
            """));
        Assert.Contains("has data sets that were evaluated at different steps, and none at all of them (accuracy of a at 20; accuracy of b at 40)", error.Message);
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
    public void The_results_of_a_run_are_found_from_the_folder_of_its_rollouts()
    {
        string rollouts = Path.Combine(_folder["run"], "rollouts"), evals = Path.Combine(_folder["run"], "evals.jsonl");
        Directory.CreateDirectory(rollouts);
        File.WriteAllText(evals, "{\"step\":20,\"data_set\":\"a\",\"accuracy\":0.5}\n");
        File.WriteAllText(Path.Combine(rollouts, "step-000001.jsonl"), "");

        // A folder that is no run has nothing to say of what lies in it.
        Assert.Null(StepMetric.Beside(rollouts, []));
        File.WriteAllText(Path.Combine(_folder["run"], "run.json"), "{}");
        Assert.Equal(evals, StepMetric.Beside(rollouts, [])?.Path);
        Assert.Equal(evals, StepMetric.Beside(rollouts + Path.DirectorySeparatorChar, [])?.Path);
        Assert.Equal(evals, StepMetric.Beside(Path.Combine(rollouts, "step-000001.jsonl"), [])?.Path);
    }

    [Fact]
    public void Values_that_cannot_be_used_give_way_to_those_of_another_file_and_are_said_where_there_is_none()
    {
        string run = _folder["run"], checkpoint = Path.Combine(run, "checkpoint-20");
        Directory.CreateDirectory(checkpoint);
        File.WriteAllText(Path.Combine(checkpoint, "trainer_state.json"), "{\"log_history\": [{\"step\": 20, \"eval_loss\": 0.5}]}");
        Assert.Contains("eval_loss is better when lower", Assert.Throws<InvalidDataException>(() => StepMetric.Beside(run, [checkpoint])).Message);
        File.WriteAllText(Path.Combine(run, "trainer_state.json"), "{\"log_history\": [{\"step\": 20, \"eval_reward\": 0.5}]}");
        Assert.Equal("eval_reward", StepMetric.Beside(run, [checkpoint])?.Name);
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
