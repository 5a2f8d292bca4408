using System.Globalization;
using System.Text;

namespace Hone.Cli.Tests.Limits;

/// <summary>Sizes that are stated in docs/reliability.md.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>10,000 steps of 1,000 completions of 250 prompts.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void Ten_million_completions_are_ranked_in_two_gigabytes()
    {
        Shared.OnlyWhenLong();
        const int Rows = 10_000_000;
        string log = _folder["log.jsonl"];
        WriteLog(log, Rows);
        ChildProcess ran = ChildProcess.Run("rank", log, "--checkpoints", "2000,4000,6000,8000,10000", "--window", "1000", "--quiet");
        Print("hone rank", Rows, ran);
        Assert.True(ran.Code == 0, ran.Output);
        Assert.InRange(ran.PeakBytes, 1, 2L << 30);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void A_data_set_of_a_million_rows_is_selected_from_in_two_gigabytes()
    {
        Shared.OnlyWhenLong();
        const int Rows = 1_000_000;
        string data = _folder["data.jsonl"], scores = _folder["scores.jsonl"];
        using (var rows = new StreamWriter(data))
        using (var lines = new StreamWriter(scores))
        {
            for (int i = 0; i < Rows; i++)
            {
                rows.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{{\"id\":\"row-{i}\",\"prompt\":\"A question of some length, number {i}, about {i % 97} apples and {i % 89} pears: how many?\",\"answer\":\"{i}\"}}\n"));
                double probability = ((i * 7919L) % 1000 + 0.5) / 1000;
                lines.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{{\"id\":\"row-{i}\",\"confidence\":{Math.Log(probability)},\"probability\":{probability},\"tokens\":3}}\n"));
            }
        }

        ChildProcess ran = ChildProcess.Run("select", "--scores", scores, "--data", data, "--fraction", "0.1", "--out", _folder["kept.jsonl"], "--quiet");
        Print("hone select", Rows, ran);
        Assert.True(ran.Code == 0, ran.Output);
        Assert.InRange(ran.PeakBytes, 1, 2L << 30);
        Assert.Equal(Rows / 10, File.ReadLines(_folder["kept.jsonl"]).Count());
    }

    /// <summary>256 prompts of 16 completions each, of up to 48 tokens, in one step.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void A_step_of_4096_completions_takes_half_a_gigabyte_at_most()
    {
        Shared.OnlyWhenLong();
        const int Prompts = 256, Group = 16;
        string config = _folder.Write(
            "wide.yaml", "model: arith-base", "arithmetic: {count: 256, level: 2, seed: 4}", "steps: 1", $"prompts_per_step: {Prompts}",
            $"group_size: {Group}", "max_completion_tokens: 48", "loss: {kl_coefficient: 0.1}", $"out: {_folder["run"]}");
        ChildProcess ran = ChildProcess.Run("train", "--config", config);
        Print("hone train", Prompts * Group, ran);
        Assert.True(ran.Code == 0, ran.Output);
        Assert.InRange(ran.PeakBytes, 1, 1L << 29);
        Assert.Equal(Prompts * Group, File.ReadLines(_folder["run/rollouts/step-000001.jsonl"]).Count());
    }

    /// <summary>A small model of 131,072 positions: the memory grows with the tokens, not with their square.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void A_prompt_of_100_000_tokens_is_scored_in_a_gigabyte_where_the_model_has_the_positions()
    {
        Shared.OnlyWhenLong();
        const int Tokens = 100_000;
        string config = _folder.Write(
            "long.yaml", "new_model: {architecture: llama, hidden_size: 32, layers: 1, heads: 2, max_positions: 131072}",
            "arithmetic: {count: 4, level: 1, seed: 4}", "steps: 1", "batch_size: 1", $"out: {_folder["long"]}");
        Assert.Equal(0, ChildProcess.Run("sft", "--config", config).Code);
        string data = _folder.Write("data.jsonl", $$"""{"id":"a","prompt":"{{new string('1', Tokens)}}=","answer":"2"}""");
        ChildProcess ran = ChildProcess.Run("score", "--model", _folder["long/model"], "--data", data, "--out", _folder["scores.jsonl"], "--quiet");
        Print("hone score", Tokens, ran);
        Assert.True(ran.Code == 0, ran.Output);
        Assert.InRange(ran.PeakBytes, 1, 1L << 30);
        Assert.Single(File.ReadAllLines(_folder["scores.jsonl"]));
    }

    /// <summary>A prompt beyond the model's context is refused with both figures, before anything is computed.</summary>
    [Fact]
    public void A_prompt_of_100_000_tokens_is_refused_with_the_figures()
    {
        string prompt = new('1', 100_000);
        Ran ran = HoneProcess.Run("generate", "--model", "arith-base", "--prompt", prompt, "--max-tokens", "4");
        Assert.Equal(3, ran.Code);
        Assert.Contains("100000 tokens", ran.Error, StringComparison.Ordinal);
        Assert.Contains("positions", ran.Error, StringComparison.Ordinal);
        Assert.InRange(ran.Error.Length, 1, 1000);
    }

    private static void WriteLog(string path, int rows)
    {
        using FileStream file = File.Create(path);
        var text = new StringBuilder();
        var random = new Random(5);
        for (int i = 0; i < rows; i++)
        {
            int step = 1 + (i / 1000), prompt = i % 250;
            text.Append(CultureInfo.InvariantCulture,
                $"{{\"step\":{step},\"prompt_id\":\"p{(step % 40 * 250) + prompt}\",\"sample\":{i / 250 % 4},\"reward\":{random.Next(2)},\"mean_logprob\":-{random.NextDouble():F6}}}\n");
            if (text.Length > 1 << 20)
            {
                file.Write(Encoding.ASCII.GetBytes(text.ToString()));
                text.Clear();
            }
        }

        file.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static void Print(string what, int rows, ChildProcess ran) => TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {rows:N0} of them, {ran.Time.TotalSeconds:F1} s, peak {ran.PeakBytes / 1048576.0:F0} MiB, {(double)ran.PeakBytes / rows:F0} bytes each"));
}
