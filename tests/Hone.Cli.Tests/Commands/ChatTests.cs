using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>Conversations on the embedded model, with a template of our own: `generate`, `score`, `train` and `sft`.</summary>
public sealed class ChatTests
{
    // The model reads bytes; <answer> and </answer> are single tokens of it.
    private const string Frame =
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}</answer>{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";

    private const string Dated = "{{ strftime_now('%d %b %Y') }}" + Frame;

    [Fact]
    public void EchoShowsTheExactPrompt()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Frame);
        Assert.Equal("[user]2+2=</answer>[assistant]", Echo(model, "--prompt", "2+2=", "--chat"));
        Assert.Equal(
            "[system]Be brief.</answer>[user]2+2=</answer>[assistant]", Echo(model, "--prompt", "2+2=", "--chat", "--system", "Be brief."));
        Assert.Equal("2+2=", Echo(model, "--prompt", "2+2="));
    }

    [Fact]
    public void SpecialTokensOfTheTextAreSpecialTokens()
    {
        using var folder = new TempFolder();
        JsonObject json = HoneProcess.Run(
            "generate", "--model", Model(folder, "{{ messages[0].content }}</answer>"), "--prompt", "ab", "--chat", "--echo",
            "--max-tokens", "0", "--json").Done().Json;
        Assert.Equal(3, (int)json["prompt_tokens"]!);
        Assert.True((int)json["tokens"]![2]! >= 256);
    }

    [Fact]
    public void NoBeginningTokenIsAddedToWhatTheTemplateWrote()
    {
        using var folder = new TempFolder();
        string model = Model(folder, "{{ bos_token }}{{ messages[0].content }}");
        const string Bos = "<|endoftext|>";
        JsonNode tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "tokenizer.json")))!;
        int id = (int)tokenizer["added_tokens"]!.AsArray().First(token => (string)token!["content"]! == Bos)!["id"]!;
        tokenizer["post_processor"] = JsonNode.Parse($$$"""
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"{{{Bos}}}","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
             "pair":[],"special_tokens":{"{{{Bos}}}":{"id":"{{{Bos}}}","ids":[{{{id}}}],"tokens":["{{{Bos}}}"] } } }
            """);
        File.WriteAllText(Path.Combine(model, "tokenizer.json"), tokenizer.ToJsonString());
        folder.WriteText("m/tokenizer_config.json", $$"""{"bos_token":"{{Bos}}"}""");
        Assert.Equal(Bos + "ab", Echo(model, "--prompt", "ab"));
        Assert.Equal(Bos + "ab", Echo(model, "--prompt", "ab", "--chat"));
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"1+1="}]""", "[user]1+1=</answer>[assistant]")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"It is"}]}""", "[user]a</answer>[assistant]It is")]
    public void AFileOfMessagesIsGoneOnWith(string json, string prompt)
    {
        using var folder = new TempFolder();
        Assert.Equal(prompt, Echo(Model(folder, Frame), "--messages", folder.WriteText("chat.json", json)));
    }

    [Fact]
    public void MoreFieldsOfMessagesReachTheTemplate()
    {
        using var folder = new TempFolder();
        string file = folder.WriteText("chat.json", """[{"role":"user","content":"a","tools":[{"n":1}]}]""");
        Assert.Equal("1", Echo(Model(folder, "{{ messages[0].tools[0].n }}"), "--messages", file));
    }

    [Fact]
    public void TheDateIsTheOneGivenOrTodaysWhichIsSaid()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Dated);
        Ran given = Generate(model, "--prompt", "a", "--chat", "--date", "2024-07-26");
        Assert.StartsWith("26 Jul 2024[user]", given.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("date", given.Error, StringComparison.Ordinal);

        string[] arguments = ["generate", "--model", model, "--prompt", "a", "--chat", "--echo", "--max-tokens", "0"];
        Ran today = HoneProcess.Run(arguments, new StringWriter(), new FixedDay(), TestContext.Current.CancellationToken).Done();
        Assert.StartsWith("03 Feb 2025[user]", today.Output, StringComparison.Ordinal);
        Assert.Contains("2025-02-03", today.Error, StringComparison.Ordinal);

        Ran unasked = HoneProcess.Run(
            ["generate", "--model", Model(folder, Frame, "n"), .. arguments[3..]], new StringWriter(), new FixedDay(), TestContext.Current.CancellationToken).Done();
        Assert.DoesNotContain("date", unasked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ScoresAreThoseOfTheAuthorsConversation()
    {
        using var folder = new TempFolder();
        string model = Model(folder, "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}]{{ m.content }}</answer>{% endif %}{% endfor %}");
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"2+2=","answer":"4"}""");
        Score(model, data, folder["chat.jsonl"], "--chat");
        string bare = folder.Write("b.jsonl", """{"id":"a","prompt":"[user]2+2=</answer>[assistant]","answer":"4"}""");
        Score(model, bare, folder["bare.jsonl"]);
        Assert.Equal(Scored(folder["bare.jsonl"]), Scored(folder["chat.jsonl"]));
    }

    // The prompts of the two files differ; what is said of their answers must not.
    private static (double, int) Scored(string path)
    {
        JsonObject line = TempFolder.Lines(path).Single();
        return ((double)line["confidence"]!, (int)line["tokens"]!);
    }

    [Fact]
    public void TheAuthorsSystemTextIsTheDefaultOfScoringOnly()
    {
        using var folder = new TempFolder();
        string model = Model(folder, "{{ messages[0].role[0] }}{{ messages[-1].content }}");
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"2+2=","answer":"4"}""");
        Score(model, data, folder["s.jsonl"], "--chat");
        string bare = folder.Write("b.jsonl", """{"id":"a","prompt":"s","answer":"4"}""");
        Score(model, bare, folder["bare.jsonl"]);
        Assert.Equal(Scored(folder["bare.jsonl"]), Scored(folder["s.jsonl"]));
        Assert.Equal("u2+2=", Echo(model, "--prompt", "2+2=", "--chat"));
    }

    [Fact]
    public void TrainingRecordsTheExactPrompt()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Dated);
        string config = TinyRun.Train(folder, "prompt: {template: chat, system: S, answer_prefix: '<answer>', date: 2024-07-26}");
        HoneProcess.Run("train", "--config", config, "--set", $"model={model}", "--set", $"out={folder["run"]}").Done();
        JsonObject[] lines = TempFolder.Lines(folder["run/rollouts/step-000001.jsonl"]);
        Assert.All(lines, line => Assert.Matches(
            @"^26 Jul 2024\[system\]S</answer>\[user\][^\[]+</answer>\[assistant\]<answer>$", (string)line["prompt"]!));
    }

    [Fact]
    public void ARunThatGoesOnKeepsTheDateOfItsPrompts()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Dated);
        string config = TinyRun.Train(folder, "prompt: {template: chat}");
        HoneProcess.Run(
            ["train", "--config", config, "--set", $"model={model}", "--set", $"out={folder["run"]}"], new StringWriter(), new FixedDay(),
            TestContext.Current.CancellationToken).Done();
        File.Delete(folder["run/rollouts/step-000004.jsonl"]);
        Directory.Delete(folder["run/checkpoints/step-000004"], recursive: true);
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        JsonObject[] lines = TempFolder.Lines(folder["run/rollouts/step-000004.jsonl"]);
        Assert.All(lines, line => Assert.StartsWith("03 Feb 2025[user]", (string)line["prompt"]!, StringComparison.Ordinal));
    }

    [Fact]
    public void ConversationsOfADataSetGoThroughAsTheyAre()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Frame);
        string data = folder.Write(
            "d.jsonl", """{"prompt":[{"role":"system","content":"T"},{"role":"user","content":"1+1="}],"reward_model":{"ground_truth":"2"}}""");
        string config = folder.Write(
            "c.yaml", $"model: {model}", $"data: {data}", $"out: {folder["run"]}", "steps: 1", "prompts_per_step: 1", "group_size: 2",
            "max_completion_tokens: 4", "prompt: {template: chat, system: S}");
        HoneProcess.Run("train", "--config", config).Done();
        Assert.Equal(
            "[system]T</answer>[user]1+1=</answer>[assistant]",
            (string)TempFolder.Lines(folder["run/rollouts/step-000001.jsonl"])[0]["prompt"]!);
    }

    [Fact]
    public void SupervisedTrainingTakesTheConversationToo()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Frame);
        Ran plain = HoneProcess.Run(
            "sft", "--config", TinyRun.Sft(folder), "--set", $"model={model}", "--set", $"out={folder["plain"]}", "--set", "steps=1").Done();
        Ran chat = HoneProcess.Run(
            "sft", "--config", TinyRun.Sft(folder), "--set", $"model={model}", "--set", $"out={folder["chat"]}", "--set", "steps=1",
            "--set", "prompt.template=chat").Done();
        Assert.NotEqual(Loss(plain), Loss(chat));
        Assert.True(File.Exists(folder["chat/model/chat_template.jinja"]));
    }

    [Fact]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        using var folder = new TempFolder();
        string model = Model(folder, Frame);
        string messages = folder.WriteText("c.json", """[{"role":"system","content":"a"},{"role":"user","content":"b"}]""");
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"2+2=","answer":"4"}""");
        folder.Refuses(2, ["--prompt TEXT or --messages FILE"], ["generate", "--model", model]);
        folder.Refuses(2, ["--prompt TEXT or --messages FILE"], ["generate", "--model", model, "--prompt", "a", "--messages", messages]);
        folder.Refuses(2, ["--system goes with"], ["generate", "--model", model, "--prompt", "a", "--system", "b"]);
        folder.Refuses(2, ["--date goes with"], ["generate", "--model", model, "--prompt", "a", "--date", "2024-07-26"]);
        folder.Refuses(2, ["--date 26.7.2024"], ["generate", "--model", model, "--prompt", "a", "--chat", "--date", "26.7.2024"]);
        folder.Refuses(2, ["has a system message already"], ["generate", "--model", model, "--messages", messages, "--system", "b"]);
        folder.Refuses(2, ["--separator"], ["score", "--model", model, "--data", data, "--out", folder["s"], "--chat", "--separator", " "]);
        folder.Refuses(2, ["prompt.", "template: chat"], [
            "train", "--config", TinyRun.Train(folder), "--set", "prompt.system=a", "--set", $"out={folder["r"]}",
        ]);
        folder.Refuses(2, ["date is today"], [
            "train", "--config", TinyRun.Train(folder), "--set", "prompt.template=chat", "--set", "prompt.date=today", "--set", $"out={folder["r"]}",
        ]);
    }

    [Fact]
    public void AModelWithoutTemplateIsRefused()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", """{"id":"a","prompt":"2+2=","answer":"4"}""");
        folder.Refuses(3, ["chat_template.jinja"], ["generate", "--model", "arith-base", "--prompt", "a", "--chat"]);
        folder.Refuses(3, ["chat_template.jinja"], ["score", "--model", "arith-base", "--data", data, "--out", folder["s"], "--chat"]);
        folder.Refuses(3, ["chat_template.jinja"], [
            "train", "--config", TinyRun.Train(folder), "--set", "prompt.template=chat", "--set", $"out={folder["r"]}",
        ]);
    }

    [Theory]
    [InlineData("{% for i in range(10**9) %}{% endfor %}", "range")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nesting deeper")]
    [InlineData("a\n{% include 'x' %}", ":2: the block '{% include %}'")]
    [InlineData("{{ raise_exception('System role not supported') }}", "System role not supported")]
    public void ATemplateThatFailsIsAnErrorOfOneLine(string template, string part)
    {
        using var folder = new TempFolder();
        folder.Refuses(3, ["chat_template.jinja", part], ["generate", "--model", Model(folder, template), "--prompt", "a", "--chat"]);
    }

    private static string Model(TempFolder folder, string template, string name = "m")
    {
        string model = folder.Model(name);
        folder.WriteText($"{name}/chat_template.jinja", template);
        return model;
    }

    private static Ran Generate(string model, params string[] more) =>
        HoneProcess.Run(["generate", "--model", model, "--echo", "--max-tokens", "0", .. more]).Done();

    private static string Echo(string model, params string[] more) => Generate(model, more).Output.TrimEnd('\n');

    private static void Score(string model, string data, string output, params string[] more) =>
        HoneProcess.Run(["score", "--model", model, "--data", data, "--out", output, .. more]).Done();

    private static string Loss(Ran ran) => ran.Output.Split(' ')[1];

    private sealed class FixedDay : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2025, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }
}
