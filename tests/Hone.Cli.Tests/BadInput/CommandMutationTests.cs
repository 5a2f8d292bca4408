using Hone.Mutation;

namespace Hone.Cli.Tests.BadInput;

/// <summary>Whole commands over damaged files: an exit code of theirs and lines, never an exception.</summary>
public sealed class CommandMutationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    public void Doctor(string name)
    {
        string model = _folder.Model("m");
        string path = Path.Combine(model, name);
        Check($"hone doctor ({name})", File.ReadAllBytes(path), path, "doctor", "--model", model);
    }

    [Theory]
    [InlineData("config.json", "{\"num_hidden_layers\u00ff\":1,\"hidden_act\":\"gelu\"}")]
    [InlineData("config.json", "{\"\\ud800\":1,\"hidden_act\":\"gelu\"}")]
    [InlineData("tokenizer_config.json", "{\"\\ud800\":1}")]
    [InlineData("tokenizer_config.json", "{\"chat_template\":\"\u00ff\"}")]
    public void Doctor_lists_a_text_that_is_none(string name, string json)
    {
        string model = _folder.Model("m");
        File.WriteAllBytes(Path.Combine(model, name), System.Text.Encoding.Latin1.GetBytes(json));
        Ran ran = HoneProcess.Run("doctor", "--model", model);
        Assert.Equal(3, ran.Code);
        Assert.Contains(name, ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rank()
    {
        string log = _folder.Write("run/log.jsonl", [.. Enumerable.Range(0, 24).Select(i =>
            $$"""{"step":{{1 + (i / 4)}},"prompt_id":"p{{i % 2}}","sample":{{i % 2}},"reward":{{i % 3 % 2}},"mean_logprob":-{{i}}.25}""")]);
        Check("hone rank", File.ReadAllBytes(log), log, "rank", log, "--checkpoints", "2,4,6", "--window", "2");
    }

    [Fact]
    public void Select()
    {
        string data = _folder.Arithmetic("d.jsonl", 6, level: 1);
        string scores = _folder.Write("s.jsonl", [.. TempFolder.Lines(data).Select((row, i) =>
            $$"""{"id":"{{row["id"]}}","confidence":-0.{{i + 1}},"probability":0.{{i + 1}},"tokens":{{i + 1}}}""")]);
        Check("hone select (scores)", File.ReadAllBytes(scores), scores, "select", "--scores", scores, "--data", data, "--fraction", "0.5", "--out", _folder["k.jsonl"]);
        Check("hone select (data)", File.ReadAllBytes(data), data, "select", "--scores", scores, "--data", data, "--fraction", "0.5", "--out", _folder["k.jsonl"]);
    }

    private static void Check(string name, byte[] sound, string path, params string[] arguments)
    {
        MutationRun.Check(name, sound, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Ran ran = HoneProcess.Run(arguments);
            Assert.InRange(ran.Code, 0, 3);
            if (ran.Code == 0)
            {
                return 0;
            }

            string[] errors = [.. ran.ErrorLines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
            Assert.True(errors.Length > 0 || ran.Output.Length > 0, "says nothing");
            Assert.All(errors, error => Assert.Contains("Hint: ", error, StringComparison.Ordinal));
            throw new InvalidDataException(errors.FirstOrDefault(""));
        });
        File.WriteAllBytes(path, sound);
    }
}
