using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

public sealed class PromptAlignmentTests
{
    private const string Half = "\uFFFD";

    [Fact]
    public void A_part_is_found_though_its_first_token_reaches_into_what_precedes() =>
        Assert.Equal((2, 2), Find(["2+2", " is", " 4", "2"], "2+2 is 42", 7));

    [Fact]
    public void A_beginning_token_stands_in_front_of_the_text() =>
        Assert.Equal((2, 1), Find(["<s>", "a=", "42"], "a=42", 2));

    [Fact]
    public void A_part_may_end_before_the_text_does() => Assert.Equal((1, 2), Find(["a=", "4", "2", ";b"], "a=42;b", 2, 4));

    [Fact]
    public void The_first_token_of_all_is_not_scored() => Assert.Equal((1, 2), Find(["a", "b", "c"], "abc", 0));

    [Fact]
    public void An_untold_first_token_is_a_beginning_token_or_a_piece_of_the_text()
    {
        Assert.Equal((1, 2), Find([null, "ab", "c"], "abc", 0));
        Assert.Equal((1, 1), Find([null, "c"], "abc", 2));
        Assert.Equal((1, 1), Find([null, "c"], "abc", 0));
        Assert.Null(Find([null, "c"], new string('x', 65) + "c", 65));
    }

    [Theory]
    [InlineData("price \u20ac5=10", 9)] // behind the split character
    [InlineData("1=10 \u20ac", 2)] // in front of it, so that it is in the part
    [InlineData("\U0001F600=10", 3)] // a surrogate pair is two chars here and one for the server
    public void Characters_split_over_tokens_are_stepped_over(string text, int start)
    {
        string?[] tokens = [.. text.EnumerateRunes().SelectMany(rune =>
            rune.IsAscii ? [rune.ToString()] : Enumerable.Repeat(Half, rune.Utf8SequenceLength))];
        int before = System.Text.Encoding.UTF8.GetByteCount(text[..start]), all = System.Text.Encoding.UTF8.GetByteCount(text);
        Assert.Equal((before, all - before), Find(tokens, text, start));
    }

    [Fact]
    public void A_part_that_begins_within_split_characters_is_not_found()
    {
        Assert.Null(Find(["a", Half, Half, Half, Half, "b"], "a\u00e9\u00e8b", 2));
        Assert.Null(Find(["a", Half, Half, Half, Half, "b"], "a\u00e9\u00e8b", 0, 2));
        Assert.Equal((1, 5), Find(["a", Half, Half, Half, Half, "b"], "a\u00e9\u00e8b", 1));
    }

    [Fact]
    public void An_empty_part_has_no_tokens() => Assert.Equal(0, Find(["a", "b"], "ab", 2)!.Value.Count);

    [Theory]
    [InlineData("ab", "a")]
    [InlineData("ab", "a", "b", "c")]
    [InlineData("ab", "a", "c")]
    [InlineData("ab cd", "ab", "cd")] // SentencePiece tokens read without their blank
    [InlineData("ab", "a", "b", "</s>")]
    [InlineData("abc", "a", Half, "c")] // an ASCII character is never split
    [InlineData("ab", "x", "y", "z", "a", "b")]
    [InlineData("ab")]
    public void Tokens_that_do_not_add_up_to_the_text_are_refused(string text, params string[] tokens) =>
        Assert.Null(Find(tokens, text, 1));

    private static (int First, int Count)? Find(string?[] tokens, string text, int start, int end = -1) =>
        PromptAlignment.Find(tokens, new ScoringRequest(text, start, end));
}
