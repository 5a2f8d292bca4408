using Hone.Engine.Tokenization;
using static Hone.Engine.Tests.Tokenization.TokenizerJson;

namespace Hone.Engine.Tests.Tokenization;

public sealed class BpeTokenizerTests
{
    private static readonly string[] Letters = ["?", "a", "b", "c", "d", "ab", "bc", "abc", "cd"];

    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];

    [Fact]
    public void Merges_happen_by_rank_then_leftmost()
    {
        Assert.Equal([5, 8], Load(Build(Bpe(Letters, "a b,b c,c d"))).Encode("abcd"));
        Assert.Equal([1, 6, 4], Load(Build(Bpe(Letters, "b c,a b,c d"))).Encode("abcd"));
        Assert.Equal([7, 4], Load(Build(Bpe(Letters, "b c,a b,c d,a bc"))).Encode("abcd"));
        Tokenizer doubled = Load(Build(Bpe(["a", "aa"], "a a")));
        Assert.Equal([1, 1, 0], doubled.Encode("aaaaa"));
    }

    [Fact]
    public void Whole_pieces_win_only_where_merges_are_ignored()
    {
        Assert.Equal([1, 2, 3], Load(Build(Bpe(Letters))).Encode("abc"));
        Assert.Equal([7], Load(Build(Bpe(Letters, more: ",\"ignore_merges\":true"))).Encode("abc"));
        Assert.Equal([7], Load(Build(Bpe(Letters, more: ",\"ignore_merges\":true"), ByteLevel)).Encode("abc"));
    }

    [Fact]
    public void Unknown_characters_fuse_fall_back_to_bytes_or_vanish()
    {
        Assert.Equal([1, 2], Load(Build(Bpe(Letters))).Encode("axyb"));
        Assert.Equal([1, 0, 0, 2], Load(Build(Bpe(Letters, more: ",\"unk_token\":\"?\""))).Encode("axyb"));
        Tokenizer fused = Load(Build(Bpe(Letters, more: ",\"unk_token\":\"?\",\"fuse_unk\":true")));
        Assert.Equal([1, 0, 2, 0], fused.Encode("axybz"));
        Assert.Equal([(0, 1), (1, 3), (3, 4), (4, 5)], fused.EncodeWithOffsets("axybz").Ranges.Select(r => (r.Start, r.End)));
        Tokenizer bytes = Load(Build(Bpe([.. Bytes, "a"], more: ",\"byte_fallback\":true")));
        Assert.Equal([256, 0xC3, 0xA9], bytes.Encode("a\u00e9"));
        Assert.Equal([0xEF, 0xBF, 0xBD], bytes.Encode("\uD800"));
    }

    [Fact]
    public void Added_tokens_are_found_leftmost_and_longest()
    {
        Tokenizer tokenizer = Load(Build(
            Bpe(Letters), added: $"{Added(9, "<e>")},{Added(10, "<e>>")},{Added(11, "b<", special: false)}"));
        Assert.Equal(12, tokenizer.VocabularySize);
        Assert.Equal([1, 9, 2], tokenizer.Encode("a<e>b"));
        Assert.Equal([1, 10, 2], tokenizer.Encode("a<e>>b"));
        Assert.Equal([11, 4], tokenizer.Encode("b<e>d".Replace("e>", "", StringComparison.Ordinal)));
        Assert.Equal([(0, 1), (1, 4), (4, 5)], tokenizer.EncodeWithOffsets("a<e>b").Ranges.Select(r => (r.Start, r.End)));
        Assert.True(tokenizer.IsSpecial(9));
        Assert.False(tokenizer.IsSpecial(11));
        Assert.False(tokenizer.IsSpecial(99));
        Assert.Equal((9, "<e>", 5, (int?)null), (tokenizer.IdOf("<e>"), tokenizer.TokenOf(9), tokenizer.IdOf("ab"), tokenizer.IdOf("x")));
        Assert.Null(tokenizer.TokenOf(-1));
        Assert.Null(tokenizer.TokenOf(12));
    }

    [Fact]
    public void Added_tokens_mind_words_and_spaces()
    {
        Tokenizer tokenizer = Load(Build(
            Bpe(["a", " "]),
            added: $"{Added(2, "w", more: ",\"single_word\":true")},{Added(3, "<l>", more: ",\"lstrip\":true")},{Added(4, "<r>", more: ",\"rstrip\":true")}"));
        Assert.Equal([2], tokenizer.Encode("w"));
        Assert.Equal([2, 1, 0], tokenizer.Encode("w a"));
        Assert.Equal([0, 0], tokenizer.Encode("awa"));
        Assert.Equal([0, 3, 1, 0], tokenizer.Encode("a  <l> a"));
        Assert.Equal([0, 1, 4, 0], tokenizer.Encode("a <r>  a"));
        Assert.Equal([4, 3], tokenizer.Encode("<r> <l>"));
    }

    [Fact]
    public void Normalised_added_tokens_are_found_in_normalised_text()
    {
        const string Normalizer = """{"type":"Replace","pattern":{"String":"X"},"content":"a"}""";
        Tokenizer tokenizer = Load(Build(
            Bpe(Letters), normalizer: Normalizer,
            added: """{"id":9,"content":"aa","special":false,"normalized":true},{"id":10,"content":"XX","special":false,"normalized":false}"""));
        Assert.Equal([9], tokenizer.Encode("Xa"));
        Assert.Equal([10], tokenizer.Encode("XX"));
    }

    [Fact]
    public void Templates_put_ids_around_the_text()
    {
        const string Template = """
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
             {"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[],
             "special_tokens":{"<s>":{"id":"<s>","ids":[3,4],"tokens":["x","y"]},"</s>":{"id":"</s>","ids":[5],"tokens":["z"]}}}
            """;
        Tokenizer tokenizer = Load(Build(Bpe(Letters), postProcessor: Sequence("processors", ByteLevel, Template)));
        Assert.Equal([3, 4, 1, 2, 5], tokenizer.Encode("ab"));
        Assert.Equal([1, 2], tokenizer.Encode("ab", addSpecialTokens: false));
        Assert.Equal([(0, 0), (0, 0), (0, 1), (1, 2), (2, 2)], tokenizer.EncodeWithOffsets("ab").Ranges.Select(r => (r.Start, r.End)));
    }

    [Fact]
    public void Offsets_find_an_answer_inside_its_text()
    {
        Tokenizer tokenizer = Load(Build(Gpt2Model(), ByteLevel, decoder: ByteLevel));
        const string Prefix = "It is caf\u00e9 \U0001F600: <answer> ";
        TokenizedText text = tokenizer.EncodeWithOffsets(Prefix + "1,234</answer>");
        int[] answer = [.. Enumerable.Range(0, text.Ids.Length).Where(i => text.Ranges[i].End > Prefix.Length && text.Ranges[i].Start < Prefix.Length + 5)];
        Assert.Equal("1,234", tokenizer.Decode([.. answer.Select(i => text.Ids[i])]).Trim());
        // The emoji takes several tokens, and each covers both of its chars.
        int emoji = Prefix.IndexOf('\uD83D', StringComparison.Ordinal);
        Assert.Equal([new TextRange(emoji - 1, emoji + 2), new TextRange(emoji, emoji + 2)], text.Ranges.Where(r => r.Start < emoji + 2 && r.End > emoji));
    }

    [Fact]
    public void Metaspace_marks_words_by_its_scheme()
    {
        Tokenizer With(string scheme, bool split)
        {
            string metaspace = $$"""{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"{{scheme}}","split":{{(split ? "true" : "false")}}}""";
            return Load(Build(
                Bpe(["\u2581", "a", "\u2581a", "a\u2581"], "a \u2581,\u2581 a"), metaspace, decoder: metaspace, added: Added(4, "<e>")));
        }
        Assert.Equal([2, 2, 4, 2], With("always", split: true).Encode("a a<e>a"));
        Assert.Equal([2, 2, 4, 1], With("first", split: true).Encode("a a<e>a"));
        Assert.Equal([1, 2, 4, 1], With("never", split: true).Encode("a a<e>a"));
        Assert.Equal([3, 1], With("never", split: false).Encode("a a"));
        Assert.Equal("a a", With("always", split: true).Decode([2, 2]));
        Assert.Equal(" a a", With("always", split: true).DecodeContinuation([2, 2]));
    }

    [Fact]
    public void Digits_stand_apart()
    {
        const string Digits = """{"type":"Digits","individual_digits":false}""";
        Assert.Equal([1, 3, 1], Load(Build(Bpe(["?", "a", "1", "11", "a1", "1a"], "a 1,1 a,1 1"), Digits)).Encode("a11a"));
        string single = Digits.Replace("false", "true", StringComparison.Ordinal);
        Assert.Equal([1, 2, 2, 1], Load(Build(Bpe(["?", "a", "1", "11", "a1", "1a"], "a 1,1 a,1 1"), single)).Encode("a11a"));
    }

    [Theory]
    [InlineData("Isolated", false, "ab|12|c|3")]
    [InlineData("Removed", false, "ab|c")]
    [InlineData("Removed", true, "12|3")]
    [InlineData("MergedWithPrevious", false, "ab12|c3")]
    [InlineData("MergedWithNext", false, "ab|12c|3")]
    [InlineData("Contiguous", true, "ab|12|c|3")]
    public void Splits_put_matches_where_their_behaviour_says(string behavior, bool invert, string pieces)
    {
        string split = $$"""{"type":"Split","pattern":{"Regex":"[0-9]+"},"behavior":"{{behavior}}","invert":{{(invert ? "true" : "false")}}}""";
        TokenizedText text = Load(Build(Bpe(["?"], more: ",\"unk_token\":\"?\",\"fuse_unk\":true"), split)).EncodeWithOffsets("ab12c3");
        Assert.Equal(pieces.Split('|'), text.Ranges.Select(range => "ab12c3"[range.Start..range.End]));
    }

    [Fact]
    public void Unknown_bytes_fuse_as_unknown_characters_do()
    {
        const string Unknown = ",\"unk_token\":\"?\"";
        Assert.Equal([1, 0, 0, 2], Load(Build(Bpe(Letters, more: Unknown), ByteLevelAlone)).Encode("a\u00e9b"));
        TokenizedText fused = Load(Build(Bpe(Letters, more: Unknown + ",\"fuse_unk\":true"), ByteLevelAlone)).EncodeWithOffsets("a\u00e9xb");
        Assert.Equal([1, 0, 2], fused.Ids);
        Assert.Equal([(0, 1), (1, 3), (3, 4)], fused.Ranges.Select(r => (r.Start, r.End)));
    }

    [Fact]
    public void An_added_token_without_text_is_never_found()
    {
        Tokenizer tokenizer = Load(Build(Bpe(Letters), added: $"{Added(9, "")},{Added(10, "z")}"));
        Assert.Equal([1, 2, 3], tokenizer.Encode("abc"));
        Assert.Equal("", tokenizer.Decode([9], skipSpecialTokens: false));
    }

    [Fact]
    public void Gaps_between_ids_are_rows_without_a_token()
    {
        Tokenizer tokenizer = Load(Build("""{"type":"BPE","vocab":{"a":7,"b":100},"merges":[]}"""));
        Assert.Equal((101, (string?)null, "b"), (tokenizer.VocabularySize, tokenizer.TokenOf(50), tokenizer.TokenOf(100)));
        Assert.Equal([7, 100], tokenizer.Encode("ab"));
        Assert.Equal("", tokenizer.Decode([50]));
    }

    [Fact]
    public void A_piece_gives_the_same_tokens_wherever_it_comes_back()
    {
        Tokenizer tokenizer = Load(Build(Bpe([.. Letters, " "], "a b,b c,c d"), Split(" ")));
        TokenizedText text = tokenizer.EncodeWithOffsets("abcd abcd");
        Assert.Equal([5, 8, 9, 5, 8], text.Ids);
        Assert.Equal([(0, 2), (2, 4), (4, 5), (5, 7), (7, 9)], text.Ranges.Select(r => (r.Start, r.End)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(39)]
    [InlineData(41)]
    [InlineData(300)]
    public void Short_and_long_pieces_merge_alike(int length)
    {
        // The definition itself: of all neighbours that merge, the lowest rank, then the leftmost, until none is left.
        string[] tokens = ["a", "b", "ab", "ba", "aa", "aba", "aab", "abab", "baa", "bb"];
        (string Left, string Right)[] merges = [("ab", "ab"), ("a", "b"), ("b", "a"), ("a", "a"), ("ab", "a"), ("aa", "b"), ("ba", "a"), ("a", "ba"), ("b", "b")];
        Tokenizer tokenizer = Load(Build(Bpe(tokens, string.Join(',', merges.Select(merge => $"{merge.Left} {merge.Right}")))));
        var random = new Random(length);
        for (int round = 0; round < 3000 / length; round++)
        {
            string text = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(2) == 0 ? 'a' : 'b'));
            List<string> pieces = [.. text.Select(c => c.ToString())];
            while (true)
            {
                var found = Enumerable.Range(0, pieces.Count - 1)
                    .Select(i => (Rank: Array.IndexOf(merges, (pieces[i], pieces[i + 1])), Index: i))
                    .Where(merge => merge.Rank >= 0);
                if (!found.Any())
                {
                    break;
                }
                int index = found.Min().Index;
                pieces[index] += pieces[index + 1];
                pieces.RemoveAt(index + 1);
            }
            Assert.Equal(pieces, tokenizer.Encode(text).Select(id => tokenizer.TokenOf(id)!));
        }
    }

    [Theory]
    [InlineData("""{"type":"Lowercase"}""", "A\u0130\u00c9\U00010400", "ai\u0307\u00e9\U00010428")]
    [InlineData("""{"type":"Strip"}""", " \u3000 a b\n", "a b")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a ", " a")]
    [InlineData("""{"type":"Strip"}""", " \t", "")]
    [InlineData("""{"type":"Prepend","prepend":"_"}""", "a", "_a")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Strip"},{"type":"Prepend","prepend":"_"}]}""", " e\u0301 ", "_\u00e9")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"-"}""", "a   b c", "a-b c")]
    public void Normalizers_rewrite_the_text(string normalizer, string text, string result)
    {
        Tokenizer tokenizer = ByteTokens(normalizer: normalizer);
        TokenizedText encoded = tokenizer.EncodeWithOffsets(text);
        Assert.Equal(result, tokenizer.Decode(encoded.Ids));
        Assert.All(encoded.Ranges, range => Assert.InRange(range.Start, 0, range.End));
        Assert.All(encoded.Ranges, range => Assert.InRange(range.End, 0, text.Length));
    }

    [Theory]
    [InlineData("""{"type":"Whitespace"}""", "Hey, you_1!? \U0001D7CF\u24B6 a\u0301b", "Hey|,|you_1|!?|\U0001D7CF\u24B6|a\u0301b")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a,b \u3000c\n", "a,b|c")]
    [InlineData("""{"type":"Punctuation"}""", "a,b$\u3002\u20ac", "a|,|b|$|\u3002|\u20ac")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithPrevious"}""", "a,b!!", "a,|b!|!")]
    public void Simple_splitters_cut_by_character(string preTokenizer, string text, string pieces)
    {
        Tokenizer tokenizer = Load(Build(Bpe(["<u>"], more: ",\"unk_token\":\"<u>\",\"fuse_unk\":true"), preTokenizer));
        Assert.Equal(pieces.Split('|'), tokenizer.EncodeWithOffsets(text).Ranges.Select(range => text[range.Start..range.End]));
    }
}
