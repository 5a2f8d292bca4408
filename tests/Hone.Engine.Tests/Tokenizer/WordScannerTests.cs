using System.Text.RegularExpressions;
using Hone.Engine.Tokenization;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>The hand-written scanners against the expressions they stand for.</summary>
public sealed class WordScannerTests
{
    private const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly string[] Fragments =
    [
        "a", "Zz", "1", "23", "456", " ", "  ", "\t", "\n", "\r\n", "'", "'s", "'LL", "'rE", "'v", "!", "?!", ".", "_", "\u00e9", "\u0301",
        "\u6f22", "\u0663", "\u00bd", "\u2168", "\u3000", "\u00a0", "\u200b", "\u0085", "\u0000", "\u2028", "<|", "|>",
    ];

    public static TheoryData<string> Expressions => [Gpt2Words, TokenizerJson.LaterWords, TokenizerJson.OneDigitWords];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Scanners_cut_random_text_as_their_expressions_do(string expression)
    {
        // Below U+10000 .NET's own engine is a second implementation.
        var regex = new Regex(expression, RegexOptions.CultureInvariant);
        WordScanner scanner = Assert.IsType<WordScanner>(WordScanner.ForExpression(expression), exactMatch: true);
        var random = new Random(20);
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(5) == 0
                ? ((char)random.Next(0xD800)).ToString()
                : Fragments[random.Next(Fragments.Length)]));
            var found = new List<TextRange>();
            scanner.Find(text, found);
            Assert.Equal(regex.Matches(text).Select(match => new TextRange(match.Index, match.Index + match.Length)), found);
        }
    }

    [Theory]
    [InlineData("\U0001D400b\U0001D7CF\U0001F600\U00020000", "\U0001D400b|\U0001D7CF|\U0001F600\U00020000")]
    [InlineData("\U0001D7CF2\U0001D7D1\U0001D7D2", "\U0001D7CF2\U0001D7D1|\U0001D7D2")]
    [InlineData("it'\u017Fx", "it|'\u017F|x")]
    [InlineData("it'Sx", "it|'S|x")]
    public void Later_rules_see_code_points(string text, string pieces)
    {
        var found = new List<TextRange>();
        WordScanner.ForExpression(TokenizerJson.LaterWords)!.Find(text, found);
        Assert.Equal(pieces.Split('|'), found.Select(range => text[range.Start..range.End]));
    }

    [Fact]
    public void Half_a_pair_is_no_letter()
    {
        var found = new List<TextRange>();
        WordScanner.ForExpression(TokenizerJson.LaterWords)!.Find("a\uD800b\uDC00", found);
        Assert.Equal([new TextRange(0, 1), new TextRange(1, 3), new TextRange(3, 4)], found);
    }

    [Fact]
    public void Other_expressions_see_code_points_as_well()
    {
        // One more alternative that never matches makes the expression unknown, not its pieces different.
        string unknown = "(?:zzzzz)|" + TokenizerJson.LaterWords;
        Assert.Null(WordScanner.ForExpression(unknown));
        string text = "\U0001D400b\U0001D7CF\U0001D7D1\U0001F600!\n\U00020000 \U0001F600\uD800x";
        string[] pieces = [.. new[] { unknown, TokenizerJson.LaterWords }.Select(expression =>
        {
            string json = TokenizerJson.Build(
                TokenizerJson.Bpe(["?"], more: ",\"unk_token\":\"?\",\"fuse_unk\":true"), TokenizerJson.Split(expression));
            return string.Join('|', TokenizerJson.Load(json).EncodeWithOffsets(text).Ranges);
        })];
        Assert.Equal(pieces[1], pieces[0]);
        Assert.Contains("End = 3", pieces[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Stand_ins_have_the_category_they_stand_for()
    {
        for (int category = 0; category < CategoryStandIns.OfCategory.Length; category++)
        {
            int shown = (int)char.GetUnicodeCategory(CategoryStandIns.OfCategory[category]);
            // Half a pair cannot be shown to the engine as itself.
            Assert.Equal(category == 16 ? 28 : category, shown);
        }
        Assert.Equal(30, CategoryStandIns.OfCategory.Length);
    }

    [Fact]
    public void The_byte_alphabet_names_every_byte_once()
    {
        string all = string.Concat(Enumerable.Range(0, 256).Select(value => ByteAlphabet.CharOf((byte)value)));
        Assert.Equal(256, all.Distinct().Count());
        byte[] bytes = new byte[256];
        Assert.Equal(256, ByteAlphabet.TryGetBytes(all, bytes));
        Assert.Equal(Enumerable.Range(0, 256).Select(value => (byte)value), bytes);
        // Known from every GPT-2 vocabulary: space, newline, soft hyphen, and a byte that stands for itself.
        Assert.Equal("\u0120\u010A\u0143A", $"{all[' ']}{all['\n']}{all[0xAD]}{all['A']}");
        Assert.Null(ByteAlphabet.TryGetBytes("a b", bytes));
    }
}
