using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class GenerateTests
{
    [Fact]
    public void EchoPutsThePromptsTokensInFrontAndNullBeforeAll()
    {
        JsonObject alone = Json("--logprobs");
        JsonObject echoed = Json("--logprobs", "--echo");
        Assert.Equal(["text", "tokens", "logprobs", "prompt_tokens"], echoed.Select(field => field.Key));
        Assert.Equal(5, (int)echoed["prompt_tokens"]!);
        Assert.Equal(5, (int)alone["prompt_tokens"]!);
        JsonArray logProbs = echoed["logprobs"]!.AsArray();
        Assert.Equal(echoed["tokens"]!.AsArray().Count, logProbs.Count);
        Assert.Null(logProbs[0]);
        Assert.All(logProbs.Skip(1), value => Assert.True((double)value! <= 0));
        Assert.Equal("23+4=" + (string)alone["text"]!, (string)echoed["text"]!);
        Assert.Equal(Numbers(alone["tokens"]!), Numbers(echoed["tokens"]!)[5..]);
        Assert.Equal(Numbers(alone["logprobs"]!), Numbers(echoed["logprobs"]!, skip: 5));
        Assert.Equal("23+4=".Select(letter => (double)letter), Numbers(echoed["tokens"]!)[..5]);
    }

    [Fact]
    public void ThePromptsLogProbsAreThoseOfScoring()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"23+4="}""");
        HoneProcess.Run("score", "--model", "arith-base", "--data", data, "--out", folder["s.jsonl"], "--target", "prompt").Done();
        double confidence = (double)TempFolder.Lines(folder["s.jsonl"])[0]["confidence"]!;
        double[] logProbs = Numbers(Json("--logprobs", "--echo", "--max-tokens", "0")["logprobs"]!, skip: 1);
        Assert.Equal(4, logProbs.Length);
        Assert.Equal(confidence, logProbs.Average(), 12);
    }

    [Fact]
    public void EchoWithoutTokensShowsThePromptAlone()
    {
        JsonObject json = Json("--logprobs", "--echo", "--max-tokens", "0");
        Assert.Equal("23+4=", (string)json["text"]!);
        Assert.Equal(5, json["tokens"]!.AsArray().Count);
        Ran text = HoneProcess.Run("generate", "--model", "arith-base", "--prompt", "23+4=", "--echo", "--max-tokens", "0").Done();
        Assert.Equal("23+4=\n", text.Output);
    }

    [Fact]
    public void LogProbsAreInTheDocumentOnlyWhenAskedFor() =>
        Assert.Equal(["text", "tokens", "prompt_tokens"], Json().Select(field => field.Key));

    [Fact]
    public void TheSeedDecidesWhatIsSampled()
    {
        string Of(string seed) => (string)Json("--temperature", "2", "--seed", seed, "--max-tokens", "30")["text"]!;
        Assert.Equal(Of("1"), Of("1"));
        Assert.NotEqual(Of("1"), Of("2"));
    }

    [Fact]
    public void OneTokenToChooseFromIsGreedy() => Assert.Equal(
        (string)Json()["text"]!, (string)Json("--temperature", "1", "--top-k", "1", "--seed", "9")["text"]!);

    [Fact]
    public void APromptMayBeginWithADash()
    {
        Ran ran = HoneProcess.Run("generate", "--model", "arith-base", "--prompt", "--9", "--echo", "--max-tokens", "0").Done();
        Assert.Equal("--9\n", ran.Output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void APromptLongerThanTheContextIsRefused(int maxTokens)
    {
        using var folder = new TempFolder();
        folder.Refuses(3, ["300 tokens, the model has 256 positions"], [
            "generate", "--model", "arith-base", "--prompt", new string('1', 300), "--max-tokens", $"{maxTokens}", "--echo",
        ]);
    }

    [Fact]
    public void SamplingDefaultsOfTheModelAreNamedAndNotUsed()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        folder.WriteText("m/generation_config.json", """{"eos_token_id":256,"do_sample":true,"temperature":0.7,"top_p":0.8}""");
        string[] command = ["generate", "--model", model, "--prompt", "23+4=", "--json"];
        Ran ran = HoneProcess.Run(command).Done();
        Assert.Contains("generation_config.json has temperature 0.7, top_p 0.8: not used", ran.Error, StringComparison.Ordinal);
        Assert.Equal(Json().ToJsonString(), ran.Json.ToJsonString());
        Assert.DoesNotContain("not used", HoneProcess.Run([.. command, "--quiet"]).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyPromptWithoutABeginningTokenIsRefused()
    {
        using var folder = new TempFolder();
        folder.Refuses(3, ["is empty and the tokenizer has no beginning token"], ["generate", "--model", "arith-base", "--prompt", ""]);
    }

    private static JsonObject Json(params string[] more) =>
        HoneProcess.Run(["generate", "--model", "arith-base", "--prompt", "23+4=", "--json", .. more]).Done().Json;

    private static double[] Numbers(JsonNode list, int skip = 0) => [.. list.AsArray().Skip(skip).Select(value => value!.GetValue<double>())];
}
