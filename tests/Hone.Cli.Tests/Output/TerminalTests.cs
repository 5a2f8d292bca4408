using System.Text.Json.Nodes;
using Hone.Cli.Output;

namespace Hone.Cli.Tests.Output;

/// <summary>Nothing that a terminal would obey reaches it, whoever wrote it: a model, a file, a name.</summary>
public sealed class TerminalTests : IDisposable
{
    // A window title, a link, a bell, C1's introducer, DEL, a carriage return, an override of direction, an isolate, a line separator.
    private const string Hostile = "\u001b[2J\u001b]0;x\u0007\u001b]8;;http://x\u001b\\\u009b31m\u007f\rerror\u202etxt\u2066a\u2028b";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_of_them_is_replaced_and_other_text_stays()
    {
        string clean = TerminalText.Clean(Hostile + "\ta\né 😀 שלום");
        Assert.DoesNotContain(clean, unit => IsHarmful(unit) && unit is not ('\n' or '\t'));
        Assert.Equal(Hostile.Length + "\ta\né 😀 שלום".Length, clean.Length);
        Assert.EndsWith("\ta\né 😀 שלום", clean, StringComparison.Ordinal);
        Assert.Same("plain\n", TerminalText.Clean("plain\n"));
    }

    [Theory]
    [InlineData("generate", "--model", "arith-base", "--prompt", "{}1+1=", "--max-tokens", "4")]
    [InlineData("generate", "--model", "{}")]
    [InlineData("doctor", "--model", "{}")]
    [InlineData("rank", "{}.jsonl")]
    [InlineData("train", "--config", "{}.yaml")]
    [InlineData("train", "--config", "c.yaml", "--set", "{}=1")]
    [InlineData("report", "{}")]
    [InlineData("compare", "{}", "{}")]
    [InlineData("select", "--scores", "{}", "--data", "{}", "--out", "{}")]
    [InlineData("verify", "--gold", "{}", "--answer", "{}2")]
    [InlineData("{}")]
    [InlineData("rank", "--{}")]
    public void Arguments_come_back_harmless(params string[] arguments) =>
        CheckPlain(HoneProcess.Run([.. arguments.Select(argument => argument.Replace("{}", Hostile, StringComparison.Ordinal))]));

    [Fact]
    public void Names_and_values_in_files_come_back_harmless()
    {
        string json = JsonValue.Create(Hostile).ToJsonString();
        string model = _folder.Model("m");
        _folder.WriteText("m/config.json", $$"""{"architectures":[{{json}}],"rope_scaling":{"rope_type":{{json}}},{{json}}:1}""");
        CheckPlain(HoneProcess.Run("doctor", "--model", model));
        CheckPlain(HoneProcess.Run("generate", "--model", model, "--prompt", "1"));
        CheckPlain(HoneProcess.Run("rank", _folder.Write("other.jsonl", $$"""{"step":1,{{json}}:1,"id":{{json}}}""")));
        string log = _folder.Write("log.jsonl",
            $$"""{"step":1,"prompt_id":{{json}},"reward":0,"mean_logprob":-1}""", $$"""{"step":2,"prompt_id":{{json}},"reward":1,"mean_logprob":-2}""");
        CheckPlain(HoneProcess.Run("rank", log, "--checkpoints", "1,2", "--window", "1").Done());
        CheckPlain(HoneProcess.Run("train", "--config", _folder.WriteText("c.yaml", $"model: {json}\n{json}: {json}\nsteps: {json}\n")));
        string data = _folder.Write("d.jsonl", $$"""{"id":{{json}},"prompt":{{json}},"answer":"2"}""");
        CheckPlain(HoneProcess.Run("score", "--model", "arith-base", "--data", data, "--out", _folder["s.jsonl"]));
        CheckPlain(HoneProcess.Run("eval", "--model", "arith-base", "--data", data, "--max-tokens", "4"));
        CheckPlain(HoneProcess.Run("score", "--model", "arith-base", "--data", _folder.Write("e.jsonl", $$"""{{{json}}:1}"""), "--out", _folder["t.jsonl"]));
    }

    [Fact]
    public void A_folder_with_such_a_name_is_shown_harmless_and_JSON_says_the_same_text()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names have no control characters there");
        string name = Hostile.Replace("/", "", StringComparison.Ordinal);
        string log = _folder.Write($"{name}/log.jsonl",
            """{"step":1,"prompt_id":"a","reward":0,"mean_logprob":-1}""", """{"step":2,"prompt_id":"a","reward":1,"mean_logprob":-2}""");
        CheckPlain(HoneProcess.Run("rank", Path.GetDirectoryName(log)!, "--checkpoints", "1,2", "--window", "1").Done());
        Ran json = HoneProcess.Run("verify", "--gold", name, "--answer", name, "--json").Done();
        CheckPlain(json);
        Assert.Contains(name, Texts(JsonNode.Parse(json.Output)));
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    private static void CheckPlain(Ran ran)
    {
        Assert.True(ran.Output.Length + ran.Error.Length > 0);
        foreach (string text in (string[])[ran.Output, ran.Error])
        {
            int at = text.AsSpan().IndexOfAny([.. text.Where(IsHarmful).Append('\0')]);
            Assert.True(at < 0, at < 0 ? "" : $"U+{(int)text[at]:X4} in: {text}");
        }
    }

    private static bool IsHarmful(char unit) =>
        (char.IsControl(unit) && unit is not ('\n' or '\t')) || unit is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
