using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Mutation;
using Hone.Records.DataSets;

namespace Hone.Cli.Tests.BadInput;

/// <summary>
/// `hone report` over damaged run folders: a page whose texts are all escaped and which says what it leaves out, or one line and
/// code 3.
/// </summary>
public sealed partial class ReportMutationTests : IDisposable
{
    private const string Hostile = "<script>window.pwned=1</script><img src=x onerror=alert(1)>";
    private readonly TempFolder _folder = new();

    public ReportMutationTests()
    {
        for (int step = 1; step <= 4; step++)
        {
            string[] lines = [.. Enumerable.Range(0, 6).Select(i => $$"""
                {"step":{{step}},"prompt_id":"p{{i / 3}}","sample":{{i % 3}},"prompt":"1+1=? {{Hostile}}","completion":" {{i}}{{Hostile}}","answer":"2","reward":{{(i + step) % 2}},"rewards":{"exact":{{i % 2}}},"correct":true,"truncated":{{(i == 5 ? "true" : "false")}},"tokens":2,"mean_logprob":-{{i}}.{{step}},"token_ids":[1,2],"token_logprobs":[-0.5,-{{i}}.5]}
                """.Trim())];
            _folder.Write($"run/rollouts/step-00000{step}.jsonl", lines);
        }

        _folder.Write("run/metrics.jsonl", [.. Enumerable.Range(1, 4).Select(step =>
            $$"""{"step":{{step}},"reward":0.{{step}},"entropy":1.5,"kl":null,"{{Hostile}}":{{step}}}""")]);
        _folder.Write("run/evals.jsonl", [.. Enumerable.Range(1, 2).Select(i =>
            $$"""{"step":{{2 * i}},"data_set":"{{Hostile}}","accuracy":0.{{i + 2}},"low":0.{{i}},"high":0.{{i + 4}},"prompts":10,"samples":1}""")]);
        _folder.Write("run/ranking.json", """{"pick":{"step":4}}""");
        string data = _folder.Write("data.jsonl", [.. Enumerable.Range(0, 6).Select(i =>
            $$"""{"prompt":"1+1=","answer":"2","hone_probability":0.{{i + 1}},"hone_selected_by":"fuzzy {{Hostile}}"}""")]);
        _folder.Write("scores.jsonl", [.. Enumerable.Range(0, 6).Select(i =>
            $$"""{"id":"{{i}}","confidence":-0.{{i + 1}},"probability":0.{{i + 1}},"tokens":{{i + 1}}}""")]);
        _folder.Write("run/run.json", JsonSerializer.Serialize(new
        {
            command = "train",
            version = "0.1.0",
            machine = "a machine " + Hostile,
            seed = 3,
            data_hash = DataSet.Read(data).Hash,
            config = new { model = "m", data, steps = 4, note = Hostile, rank = new { hardest = 10, window = 2 } },
        }));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run.json")]
    [InlineData("metrics.jsonl")]
    [InlineData("evals.jsonl")]
    [InlineData("rollouts/step-000002.jsonl")]
    [InlineData("../data.jsonl")]
    [InlineData("../scores.jsonl")]
    public void A_damaged_run(string name)
    {
        string path = _folder["run/" + name];
        Check(name, path, File.ReadAllBytes(path));
    }

    [Fact]
    public void Damaged_compressed_rollouts()
    {
        string plain = _folder["run/rollouts/step-000002.jsonl"], path = plain + ".gz";
        using (var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            zip.Write(File.ReadAllBytes(plain));
        }

        File.Delete(plain);
        Check("rollouts (gzip)", path, File.ReadAllBytes(path));
    }

    private void Check(string name, string path, byte[] sound)
    {
        string page = _folder["page.html"];
        MutationRun.Check($"hone report ({name})", sound, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            File.Delete(page);
            Ran ran = HoneProcess.Run(
                "report", _folder["run"], "--checkpoints", "2,4", "--hardest", "10", "--window", "2", "--scores", _folder["scores.jsonl"], "--out", page);
            Assert.True(ran.Code is 0 or 3, $"code {ran.Code}: {ran.Error}");
            if (ran.Code == 3)
            {
                Assert.False(File.Exists(page));
                string error = Assert.Single(ran.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
                Assert.Contains("Hint: ", error, StringComparison.Ordinal);
                throw new InvalidDataException(error);
            }

            string html = File.ReadAllText(page, new UTF8Encoding(false, throwOnInvalidBytes: true));
            Assert.DoesNotContain(html, c => char.IsControl(c) && c is not ('\n' or '\t'));
            Assert.Equal(Tags().Count(html), html.Split("<script").Length - 1);
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            bool isSaid = Said(Path.GetFileName(name), html, ran);
            Assert.True(isSaid || !IsDamaged(name, bytes), $"says nothing of {name}");
            return isSaid ? throw new InvalidDataException("the page says that the file is damaged") : 0;
        }, patience: TimeSpan.FromSeconds(10));
        File.WriteAllBytes(path, sound);
    }

    /// <summary>Whether a file that need not be whole for a page is damaged where it can be told.</summary>
    private static bool IsDamaged(string name, byte[] bytes) => name switch
    {
        "run.json" => !IsObject(bytes),
        "metrics.jsonl" or "evals.jsonl" => Lines(bytes).Any(line => !IsObject(line)),
        "../data.jsonl" => Lines(bytes).Any(line => !IsObject(line)) && IsSelected(Lines(bytes).First()),
        _ => false,
    };

    private static bool Said(string name, string html, Ran ran) =>
        Regex.IsMatch(html, Regex.Escape(name) + ".{0,300}(left out|not drawn|could not be read|cannot be read)", RegexOptions.Singleline)
        || ran.Error.Contains(name, StringComparison.Ordinal);

    // A last line without its end is being written, and is left out of a live run without a word.
    private static IEnumerable<byte[]> Lines(byte[] bytes) => Encoding.Latin1.GetString(bytes).Split('\n')[..^1]
        .Select(line => line.Trim(' ', '\t', '\r')).Where(line => line.Length > 0).Select(Encoding.Latin1.GetBytes);

    private static bool IsObject(byte[] json)
    {
        try
        {
            // Python's numbers that are none are read.
            string text = Regex.Replace(new UTF8Encoding(false, true).GetString(json), @"-?\b(NaN|Infinity)\b", "0").TrimStart('\uFEFF');
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException)
        {
            return false;
        }
    }

    // A set whose first row says nothing of a selection is not looked at further.
    private static bool IsSelected(byte[] row) => IsObject(row) && JsonNode.Parse(row)!["hone_probability"] is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number;

    [GeneratedRegex("<script( type=\"application/json\" id=\"chart-[0-9]+\")?>(?!window)")]
    private static partial Regex Tags();
}
