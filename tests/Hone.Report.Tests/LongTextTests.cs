using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Report.Tests;

/// <summary>Texts that are too long for a page lose their middle, and say how much of it.</summary>
public sealed class LongTextTests
{
    private const int Tokens = 100_000;
    private const int PageLimit = 2_000_000;

    // Every token takes eight characters of the page, and markup of its own.
    [Theory]
    [InlineData(true, "99,600 tokens left out")]
    [InlineData(false, "97,000 characters left out")]
    public void Completions_of_a_hundred_thousand_tokens_leave_the_page_small(bool withTokens, string leftOut)
    {
        using MadeRun run = MadeRun.Write();
        string completion = new('\u202E', Tokens), file = Path.Combine(run.Folder, "rollouts", $"step-{MadeRun.Steps:D6}.jsonl");
        File.WriteAllLines(file, File.ReadAllLines(file).Select((text, i) =>
        {
            JsonObject line = JsonNode.Parse(text)!.AsObject();
            if (i < HardRollouts.Most)
            {
                (line["mean_logprob"], line["prompt"], line["answer"], line["completion"]) = (-50 - i, completion, completion, completion);
                line["token_ids"] = withTokens ? JsonNode.Parse("[" + new StringBuilder().Insert(0, "7,", Tokens - 1) + "7]") : null;
                line["token_logprobs"] = withTokens ? JsonNode.Parse("[" + new StringBuilder().Insert(0, "-9,", Tokens - 1) + "-9]") : null;
            }

            return line.ToJsonString();
        }));
        File.WriteAllLines(Path.Combine(run.Folder, "metrics.jsonl"), Enumerable.Range(1, 2000).Select(step => new JsonObject(
            [new("step", step), .. Enumerable.Range(0, 50).Select(i => KeyValuePair.Create($"metric {i}", (JsonNode?)(step / 7.0 * i)))]).ToJsonString()));
        File.WriteAllText(run.RunFile, File.ReadAllText(run.RunFile).Replace("\"note\":\"", "\"note\":\"" + completion, StringComparison.Ordinal));
        ReportSource source = run.Source();
        Assert.Equal(MadeRun.Steps, source.Ranking.Checkpoints[^1].Step);
        source = source with { Ranking = source.Ranking with { Pick = MadeRun.Steps }, TokenTexts = ids => [.. ids.Select(_ => "\u202E")] };
        string html = ReportPage.Html(ReportData.Gather(source));
        string hardest = Regex.Match(html, "<section id=\"hardest\".*?</section>", RegexOptions.Singleline).Value;
        Assert.Equal(HardRollouts.Most, Regex.Count(hardest, $"… {leftOut} …"));
        Assert.Equal(HardRollouts.Most, Regex.Count(hardest, "… 98,500 characters left out …"));
        Assert.Equal(HardRollouts.Most, Regex.Count(hardest, "… 99,500 characters left out …"));
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 10_000, PageLimit);
    }

    [Theory]
    [InlineData("abcdef", 6, "abcdef", "")]
    [InlineData("abcdefg", 6, "abc", "efg")]
    [InlineData("", 4, "", "")]
    [InlineData("ab\U0001F600cd\U0001F600ef", 6, "ab", "ef")]
    public void A_text_is_cut_in_its_middle_and_never_within_a_character(string text, int limit, string head, string tail)
    {
        var cut = MiddleCut.Of(text, limit);
        Assert.Equal((head, tail), (text[..cut.Head], text[^cut.Tail..]));
    }

    [Fact]
    public void Tokens_are_cut_by_their_number_and_by_the_length_of_their_texts()
    {
        TokenPiece[] pieces = [.. Enumerable.Range(0, 10).Select(i => new TokenPiece(new string('x', i == 0 ? 1000 : 1), 0))];
        Assert.Equal(new MiddleCut(10, 0), MiddleCut.Of(pieces, most: 10, limit: 100, longest: 50));
        Assert.Equal(new MiddleCut(4, 4), MiddleCut.Of(pieces, most: 8, limit: 200, longest: 50));
        Assert.Equal(new MiddleCut(0, 9), MiddleCut.Of(pieces, most: 20, limit: 58, longest: 50));
    }
}
