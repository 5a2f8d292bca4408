using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Hosting;
using Hone.Mutation;
using Hone.Records.RunFolders;
using Hone.Serving.Rewards;
using Hone.Serving.Tests.Testing;
using Hone.Training.Rewards;

namespace Hone.Serving.Tests;

/// <summary>Damaged and hostile requests: an answer, or a refusal of one line; the server never fails and goes on.</summary>
public sealed class RequestMutationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hone-requests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("v1/completions", """{"prompt":["a é","b"],"max_tokens":4,"temperature":0.5,"top_p":0.9,"n":2,"seed":7,"logprobs":2,"echo":true,"stop":["x","\n"],"stream":false,"user":null}""")]
    [InlineData("v1/completions", """{"prompt":[[1,2,3],[4]],"max_tokens":2,"prompt_logprobs":1,"stop_token_ids":[5],"ignore_eos":false,"top_k":-1,"min_p":0.0}""")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"q \ud83d\ude00"}]}],"max_completion_tokens":3,"logprobs":true,"top_logprobs":2,"chat_template_kwargs":{"enable_thinking":false}}""")]
    [InlineData("v1/completions", """{"prompt":"a","max_tokens":3,"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("tokenize", """{"prompt":"a b","add_special_tokens":true,"return_token_strs":true}""")]
    [InlineData("detokenize", """{"tokens":[97,98,256]}""")]
    public async Task Models(string path, string sound)
    {
        await using TestServer server = await TestServer.StartAsync();
        await Task.Run(() => Check($"POST /{path}", sound, body => server.Client.PostAsync(path, body, TestServer.Cancel)), TestServer.Cancel);
        await server.CompleteAsync("""{"prompt":"a","max_tokens":1}""");
        await server.IdleAsync();
    }

    [Theory]
    [InlineData("""{"\ud800":true}""")]
    [InlineData("""{"enable_thinking\ud800":true}""")]
    [InlineData("""{"enable_thinking":true,"enable_thinking":false}""")]
    public async Task Names_of_template_variables_that_are_none_are_refused(string kwargs)
    {
        await using TestServer server = await TestServer.StartAsync();
        (int status, _) = await server.RefusedAsync(
            "v1/chat/completions", $$"""{"messages":[{"role":"user","content":"q"}],"max_tokens":1,"chat_template_kwargs":{{kwargs}}}""");
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Rewards()
    {
        using RewardLogWriter log = RewardLogWriter.Open(_folder, perStep: 100);
        var service = new RewardService(RewardFactory.Create([new("math", 1.0)]), log, set: null);
        await using LocalWebHost host = await LocalWebHost.StartAsync(new WebHostSettings(), routes => RewardEndpoints.Map(routes, service), TestServer.Cancel);
        using var client = new HttpClient { BaseAddress = host.Address };
        const string Sound = """{"query":["q\\boxed{1}","q 2"],"prompts":["q","q"],"labels":["1","2"]}""";
        await Task.Run(() => Check($"POST {RewardEndpoints.Path}", Sound, body => client.PostAsync(RewardEndpoints.Path, body, TestServer.Cancel)), TestServer.Cancel);
    }

    private static void Check(string name, string sound, Func<HttpContent, Task<HttpResponseMessage>> post) => MutationRun.Check(
        name, Encoding.UTF8.GetBytes(sound), bytes =>
        {
            using var body = new ByteArrayContent(bytes);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage answer = post(body).GetAwaiter().GetResult();
            string text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            int status = (int)answer.StatusCode;
            Assert.True(status is 200 or (>= 400 and < 500), $"{status} {text}");
            return status == 200 ? status : throw new InvalidDataException((string)JsonNode.Parse(text)!["error"]!["message"]!);
        }, words: ["\"n\":1000000,", "\"max_tokens\":2147483647,", "\"stop\":\"\",", "1e309", "-1", "null,", "\"stream\":true,", "{{", "\\ud800"]);
}
