using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Hosting;
using Hone.Records.DataSets;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Serving.Rewards;
using Hone.Training.Rewards;

namespace Hone.Serving.Tests.Rewards;

/// <summary>The reward server over real HTTP, asked as OpenRLHF asks.</summary>
public sealed class RewardServerTests : IDisposable
{
    private const string Template = "<|im_start|>user\n{0}<|im_end|>\n<|im_start|>assistant\n";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly HttpClient _client = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hone-rewards-").FullName;

    private string Out => Path.Combine(_folder, "out");

    [Fact]
    public async Task Rewards_come_back_in_order_and_every_completion_is_recorded()
    {
        using (RewardLogWriter log = RewardLogWriter.Open(Out, 3))
        {
            await using LocalWebHost host = await Start(log);
            JsonNode answer = await Ask(host, Request(
                ("1+1?", "So \\boxed{2}<|im_end|>", "2"), ("1+1?", "It is 3.<|im_end|>\n", "2"), ("2+2?", "\\boxed{4}", "4"), ("2+3?", "<answer>5</answer></s>", "5")));
            Assert.Equal("[1,0,1,1]", answer["rewards"]!.ToJsonString());
            Assert.Equal("[1,0,1,1]", answer["scores"]!.ToJsonString());
            Assert.Equal("[1,0,1,1]", answer["extra_logs"]!["correct"]!.ToJsonString());
            Assert.Equal("[0,0,0,1]", answer["extra_logs"]!["format_ok"]!.ToJsonString());
        }

        RolloutLog read = RolloutLog.Read(Out);
        Assert.Equal([1, 1, 1, 2], read.Steps.ToArray());
        Assert.Equal([1.0, 0, 1, 1], read.Rewards.ToArray());
        Assert.Equal([0, 1, 0, 0], read.Samples.ToArray());
        Assert.Equal(read.Prompts[0], read.Prompts[1]);
        Assert.Equal(3, read.PromptIds.Count);
        Assert.All(read.MeanLogprobs.ToArray(), value => Assert.True(double.IsNaN(value)));
        JsonNode line = JsonNode.Parse(File.ReadLines(Path.Combine(Out, "rollouts", "step-000001.jsonl")).First())!;
        Assert.Equal(("So \\boxed{2}", "2", "<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n"),
            ((string)line["completion"]!, (string)line["answer"]!, (string)line["prompt"]!));
        Assert.Equal(1.0, (double)line["rewards"]!["math"]!);
    }

    [Fact]
    public async Task A_restarted_server_goes_on_where_it_stopped()
    {
        for (int run = 0; run < 3; run++)
        {
            using RewardLogWriter log = RewardLogWriter.Open(Out, 4);
            Assert.Equal(3 * run, log.Count);
            await using LocalWebHost host = await Start(log);
            await Ask(host, Request(("1+1?", "2", "2"), ("1+1?", "2", "2"), ("2+2?", "4", "4")));
            if (run == 1)
            {
                // Killed in the middle of a line.
                log.Dispose();
                await File.AppendAllTextAsync(Path.Combine(Out, "rollouts", "step-000002.jsonl"), "{\"step\":2,\"prompt_id\":\"x", Cancel);
            }
        }

        RolloutLog read = RolloutLog.Read(Out);
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2, 3], read.Steps.ToArray());
        Assert.Equal([0, 1, 0, 2, 0, 0, 1, 2, 0], read.Samples.ToArray());
    }

    [Fact]
    public async Task A_data_set_gives_ids_and_answers_and_keeps_other_prompts_apart()
    {
        string data = Path.Combine(_folder, "data.jsonl");
        await File.WriteAllTextAsync(data, """
            {"id":"short","prompt":"1+1?","answer":"2"}
            {"id":"long","prompt":"What is 1+1?","answer":"2"}
            """, Cancel);
        using (RewardLogWriter log = RewardLogWriter.Open(Out, 10))
        {
            await using LocalWebHost host = await Start(log, DataSet.Read(data));
            JsonNode answer = await Ask(host, Request(("What is 1+1?", "2", null), ("1+1?", "3", ""), ("Held out?", "7", "7")));
            Assert.Equal("[1,0,1]", answer["rewards"]!.ToJsonString());
            HttpResponseMessage missing = await Post(host, Request(("Held out?", "7", null)));
            await CheckBad(missing, "query 0 has no gold answer");
        }

        RolloutLog read = RolloutLog.Read(Out);
        Assert.Equal(["long", "short"], read.PromptIds);
        Assert.Equal(2, read.Count);
        JsonNode other = JsonNode.Parse(Assert.Single(File.ReadLines(Path.Combine(Out, "other.jsonl"))))!;
        Assert.Null(other["step"]);
        Assert.Equal("7", (string)other["completion"]!);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        const int Requests = 200;
        using (RewardLogWriter log = RewardLogWriter.Open(Out, 16))
        {
            await using LocalWebHost host = await Start(log);
            await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => Ask(host, Request(($"{i % 20}?", $"{i}", $"{i}")))));
        }

        RolloutLog read = RolloutLog.Read(Out);
        Assert.Equal(Requests, read.Count);
        Assert.Equal(Enumerable.Range(0, Requests).Select(i => (i / 16) + 1), read.Steps.ToArray());
        Assert.Equal(20, read.PromptIds.Count);
        Assert.Equal(Requests, Enumerable.Range(0, Requests).Select(i => (read.Steps[i], read.Prompts[i], read.Samples[i])).Distinct().Count());
    }

    [Theory]
    [InlineData("{}", "query is missing")]
    [InlineData("""{"query":["a"]}""", "prompts is missing")]
    [InlineData("""{"query":"a","prompts":["a"]}""", "query is text")]
    [InlineData("""{"query":["a"],"prompts":["a","b"],"labels":["1"]}""", "1 in query, 2 in prompts and 1 in labels")]
    [InlineData("""{"query":["a"],"prompts":["a"]}""", "query 0 has no gold answer")]
    [InlineData("""{"query":[{}],"prompts":["a"],"labels":["1"]}""", "query[0] is an object")]
    [InlineData("""{"query":[null],"prompts":["a"],"labels":["1"]}""", "query[0] is missing")]
    [InlineData("""{"query":["\ud800"],"prompts":["a"],"labels":["1"]}""", "half of a surrogate pair")]
    [InlineData("""{"query":["a"],"prompts":["a"],"labels":[["1"]]}""", "labels[0] is a list")]
    [InlineData("""{"query":["a"],"prompts":["a"],"labels":[NaN]}""", "not valid JSON")]
    [InlineData("""{"query":["a"],"prompts":["a"],"labels":["1"]""", "not valid JSON")]
    public async Task A_bad_request_is_refused_and_records_nothing(string body, string problem)
    {
        using RewardLogWriter log = RewardLogWriter.Open(Out, 4);
        await using LocalWebHost host = await Start(log);
        await CheckBad(await Post(host, body), problem);
        Assert.Equal(0, log.Count);
        Assert.Equal("[1]", (await Ask(host, Request(("q", "2", "2"))))["rewards"]!.ToJsonString());
    }

    [Fact]
    public async Task Hostile_texts_take_little_time_and_reach_the_log_on_one_line()
    {
        string[] completions =
        [
            new('(', 200_000), string.Concat(Enumerable.Repeat("\\frac{", 20_000)), "\\boxed{9^{9^{9^{9^{9}}}}}",
            string.Concat(Enumerable.Repeat("<|im_end|>", 20_000)) + "x", "line\n\u2028\0 \\boxed{2}",
        ];
        using (RewardLogWriter log = RewardLogWriter.Open(Out, 100))
        {
            await using LocalWebHost host = await Start(log);
            JsonNode answer = await Ask(host, Request([.. completions.Select(text => ("q", text, (string?)"2"))]));
            Assert.Equal("[0,0,0,0,1]", answer["rewards"]!.ToJsonString());
        }

        Assert.Equal(completions.Length, RolloutLog.Read(Out).Count);
    }

    [Fact]
    public async Task Two_servers_cannot_share_a_folder_nor_a_folder_that_is_no_log()
    {
        using RewardLogWriter log = RewardLogWriter.Open(Out, 4);
        Assert.Contains("another program writes to it", Assert.Throws<IOException>(() => RewardLogWriter.Open(Out, 4)).Message, StringComparison.Ordinal);
        string foreign = Path.Combine(_folder, "foreign");
        Directory.CreateDirectory(Path.Combine(foreign, "rollouts"));
        await File.WriteAllTextAsync(Path.Combine(foreign, "rollouts", "step-000001.jsonl"), "{\"a\":1}\n", Cancel);
        Assert.Contains("no 'prompt_id'", Assert.Throws<InvalidDataException>(() => RewardLogWriter.Open(foreign, 4)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<s>a b c", "a b", " c")]
    [InlineData("promptA done", "promptA", " done")]
    [InlineData("no prompt here", "something else", "no prompt here")]
    [InlineData("<s>Q1<a>x Q2<a> yes<a>no", "Q1<a>x Q2<a>", " yes<a>no")]
    public void The_completion_is_what_follows_the_prompt(string query, string prompt, string completion) =>
        Assert.Equal(completion, RewardQuery.CompletionOf(query, prompt));

    [Fact]
    public void The_end_of_an_earlier_turn_is_not_the_prompts()
    {
        const string Turn = "<|im_start|>user\nWhat is the sum of the numbers above, please?<|im_end|>\n<|im_start|>assistant\n";
        string prompt = "  " + Turn + "4<|im_end|>\n" + Turn;
        Assert.Equal("5 " + Turn + "6", RewardQuery.CompletionOf(prompt.Trim(' ') + "5 " + Turn + "6", prompt));
    }

    [Fact]
    public void A_prompt_that_was_cut_at_its_start_is_found_by_its_end()
    {
        string prompt = string.Concat(Enumerable.Range(0, 100).Select(i => $"word{i} "));
        Assert.Equal("!", RewardQuery.CompletionOf(prompt[200..] + "!", prompt));
    }

    [Theory]
    [InlineData("4<|im_end|>", "4")]
    [InlineData("4</s>\n", "4")]
    [InlineData("4 <|eot_id|><|end_of_text|>", "4")]
    [InlineData("4<\uff5cend\u2581of\u2581sentence\uff5c>", "4")]
    [InlineData("a <|im_end|> b", "a <|im_end|> b")]
    [InlineData("x < y > z", "x < y > z")]
    [InlineData("</answer>", "</answer>")]
    public void Special_tokens_at_the_end_do_not_count(string text, string expected) =>
        Assert.Equal(expected, RewardQuery.WithoutSpecialTokens(text));

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task<LocalWebHost> Start(RewardLogWriter log, DataSet? set = null)
    {
        var service = new RewardService(RewardFactory.Create([new("math", 1.0)]), log, set);
        return LocalWebHost.StartAsync(
            new WebHostSettings { MaxConnections = RewardEndpoints.MaxConnections }, routes => RewardEndpoints.Map(routes, service), Cancel);
    }

    private static string Request(params (string Question, string Completion, string? Label)[] items)
    {
        string[] prompts = [.. items.Select(item => Template.Replace("{0}", item.Question, StringComparison.Ordinal))];
        return JsonSerializer.Serialize(new
        {
            query = items.Select((item, i) => prompts[i] + item.Completion),
            prompts,
            labels = items.Select(item => item.Label),
        });
    }

    private Task<HttpResponseMessage> Post(LocalWebHost host, string body) => _client.PostAsync(
        new Uri(host.Address, RewardEndpoints.Path), new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<JsonNode> Ask(LocalWebHost host, string body)
    {
        HttpResponseMessage answer = await Post(host, body);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task CheckBad(HttpResponseMessage answer, string problem)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonNode error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"]!;
        Assert.Contains(problem, (string)error["message"]!, StringComparison.Ordinal);
    }
}
