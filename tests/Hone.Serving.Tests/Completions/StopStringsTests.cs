using Hone.Serving.Completions;

namespace Hone.Serving.Tests.Completions;

public class StopStringsTests
{
    [Theory]
    [InlineData("one two three", "two", false, "one ", "two")]
    [InlineData("one two three", "two", true, "one two", "two")]
    [InlineData("one two three", "four", false, "one two three", null)]
    [InlineData("aaab", "aab", false, "a", "aab")]
    [InlineData("abababac", "ababac", false, "ab", "ababac")]
    [InlineData("xx", "x", false, "", "x")]
    [InlineData("say \u00e9t\u00e9", "\u00e9t\u00e9", false, "say ", "\u00e9t\u00e9")]
    [InlineData("ends in sto", "stop", false, "ends in sto", null)]
    [InlineData("the first, the second", "second|first", false, "the ", "first")]
    [InlineData("abc", "abcd|bc", false, "a", "bc")]
    public void The_text_ends_where_a_stop_begins_however_it_is_cut(string text, string stops, bool keep, string expected, string? found)
    {
        for (int size = 1; size <= text.Length; size++)
        {
            var finder = new StopStrings(stops.Split('|'), keep);
            string seen = "";
            foreach (char[] piece in text.Chunk(size))
            {
                seen += finder.Push(new string(piece));
                Assert.StartsWith(seen, expected, StringComparison.Ordinal);
            }

            seen += finder.Finish();
            Assert.Equal(expected, seen);
            Assert.Equal(found, finder.Found);
        }
    }

    [Fact]
    public void Without_stops_text_passes_at_once()
    {
        var finder = new StopStrings([], keep: false);
        Assert.Equal("abc", finder.Push("abc"));
        Assert.Equal("", finder.Finish());
    }
}
