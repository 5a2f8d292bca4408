using System.Globalization;
using System.Text;
using System.Text.Json;
using Hone.Records.Logs;
using Hone.Records.Logs.Json;

namespace Hone.Records.Tests.Logs.Json;

public sealed class JsonScanTests
{
    [Fact]
    public void A_string_ends_where_a_plain_loop_says_whatever_runs_of_backslashes_cross_a_block()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = new byte[random.Next(1, 300)];
            int dense = random.Next(2, 40);
            for (int j = 0; j < text.Length; j++)
            {
                text[j] = random.Next(dense) switch { 0 => (byte)'\\', 1 when random.Next(4) == 0 => (byte)'"', _ => (byte)'x' };
            }

            int open = random.Next(text.Length);
            Assert.Equal(PlainEnd(text, open), JsonScan.StringEnd(text, open));
        }
    }

    [Fact]
    public void Long_runs_of_backslashes_before_the_closing_quote()
    {
        for (int run = 0; run < 200; run++)
        {
            for (int shift = 0; shift < 70; shift += 3)
            {
                byte[] text = Encoding.ASCII.GetBytes('"' + new string('x', shift) + new string('\\', run) + "\" tail \"" + new string('y', 70));
                Assert.Equal(PlainEnd(text, 0), JsonScan.StringEnd(text, 0));
            }
        }
    }

    [Fact]
    public void Members_are_those_of_the_library_on_nested_rows()
    {
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            string json = RandomObject(random, 0);
            byte[] utf8 = Encoding.UTF8.GetBytes(json);
            using var document = JsonDocument.Parse(json);
            var members = new JsonMembers(utf8);
            foreach (JsonProperty expected in document.RootElement.EnumerateObject())
            {
                Assert.True(members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value));
                Assert.Equal(expected.Name, JsonSerializer.Deserialize<string>($"\"{Encoding.UTF8.GetString(name)}\""));
                Assert.Equal(expected.Value.GetRawText(), Encoding.UTF8.GetString(value));
            }

            Assert.False(members.Next(out _, out _));
        }
    }

    [Theory]
    [InlineData("", "starts with")]
    [InlineData("[1]", "jq -c")]
    [InlineData("{\"a\": 1", "cut off after 7 bytes")]
    [InlineData("{\"a\": \"x\\\"", "cut off")]
    [InlineData("{\"a\": [1, {\"b\": \"]\"}", "cut off")]
    [InlineData("{\"a\" 1}", "invalid JSON at byte 6")]
    [InlineData("{\"a\": 1 \"b\": 2}", "invalid JSON at byte 9")]
    [InlineData("{\"a\": word}", "invalid JSON at byte 7")]
    [InlineData("{\"a\": 1} x", "invalid JSON at byte 9")]
    [InlineData("{a: 1}", "invalid JSON at byte 2")]
    [InlineData("{\"a\": }", "invalid JSON at byte 7")]
    [InlineData("{\"a\": 1,}", "invalid JSON at byte 9")]
    public void What_is_no_object_is_refused_with_its_place(string json, string message)
    {
        RowException error = Assert.Throws<RowException>(() => ReadAll(json));
        Assert.Contains(message, error.Message + error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("-0", -0.0)]
    [InlineData("1e-320", 1e-320)]
    [InlineData("\"2.25\"", 2.25)]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    [InlineData("null", double.NaN)]
    [InlineData("NaN", double.NaN)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("\"inf\"", double.PositiveInfinity)]
    [InlineData("\"-inf\"", double.NegativeInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    public void Numbers_are_read_as_Python_writes_them(string text, double expected)
    {
        Assert.True(JsonNumbers.TryDouble(Encoding.UTF8.GetBytes(text), out double number));
        Assert.Equal(expected, number);
    }

    [Fact]
    public void Short_numbers_have_the_same_bits_as_the_platform_gives_them()
    {
        var random = new Random(11);
        for (int i = 0; i < 200_000; i++)
        {
            string digits = random.NextInt64(0, (long)Math.Pow(10, random.Next(1, 18))).ToString(CultureInfo.InvariantCulture);
            int point = random.Next(-1, digits.Length);
            string text = (random.Next(2) == 0 ? "-" : "") + (point < 0 ? digits
                : point == 0 ? $"0.{digits}" : $"{digits[..point]}.{digits[point..]}");
            Assert.True(JsonNumbers.TryDouble(Encoding.UTF8.GetBytes(text), out double number), text);
            Assert.True(
                BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(number), text);
        }
    }

    [Theory]
    [InlineData("1x")]
    [InlineData("1.2.3")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("1-2")]
    [InlineData("\"good\"")]
    [InlineData("[1]")]
    [InlineData("\"\"")]
    [InlineData("--1")]
    public void Other_values_are_no_numbers(string text) =>
        Assert.False(JsonNumbers.TryDouble(Encoding.UTF8.GetBytes(text), out _));

    private static void ReadAll(string json)
    {
        var members = new JsonMembers(Encoding.UTF8.GetBytes(json));
        while (members.Next(out _, out _))
        {
        }
    }

    private static int PlainEnd(byte[] text, int open)
    {
        for (int i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }

        return -1;
    }

    private static string RandomObject(Random random, int depth)
    {
        IEnumerable<string> members = Enumerable.Range(0, random.Next(5)).Select(i => $"\"k{i}\\u0041\\\"{depth}\" : {RandomValue(random, depth)}");
        return "{" + string.Join(" , ", members) + "}";
    }

    private static string RandomValue(Random random, int depth) => random.Next(depth > 3 ? 4 : 7) switch
    {
        0 => "-12.5e3",
        1 => "null",
        2 => "true",
        3 => JsonSerializer.Serialize(new string([.. Enumerable.Range(0, random.Next(100)).Select(_ => "\"\\}]{[,: xé\n"[random.Next(12)])])),
        4 => RandomObject(random, depth + 1),
        5 => "[ " + RandomValue(random, depth + 1) + " ,\t" + RandomObject(random, depth + 1) + "]",
        _ => "[]",
    };
}
