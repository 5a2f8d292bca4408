using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("http://gpu1:8000", "http://gpu1:8000")]
    [InlineData(" http://gpu1:8000/ ", "http://gpu1:8000")]
    [InlineData("https://host/v1", "https://host")]
    [InlineData("https://host/team/a/v1/", "https://host/team/a")]
    [InlineData("http://[::1]:30000", "http://[::1]:30000")]
    public void An_address_is_read_with_and_without_its_version(string text, string name) =>
        Assert.Equal(name, ServerAddress.Parse(text).Name);

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8000")]
    [InlineData("gpu1")]
    [InlineData("ftp://gpu1/")]
    [InlineData("http://")]
    [InlineData("http://host/?key=1")]
    [InlineData("http://host/#x")]
    public void What_is_no_address_is_refused_in_one_line(string text)
    {
        var error = Assert.Throws<InvalidDataException>(() => ServerAddress.Parse(text));
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("http://me:sesame@host:8000")]
    [InlineData("http://sesame@host")]
    [InlineData("http//me:sesame@host")]
    public void A_password_in_an_address_is_refused_and_not_repeated(string text)
    {
        var error = Assert.Throws<InvalidDataException>(() => ServerAddress.Parse(text));
        Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://gpu1", "a", "b", "a")]
    [InlineData("http://gpu1", null, "b", null)]
    [InlineData("https://api.openai.com/v1", null, "b", "b")]
    [InlineData("https://api.openai.com/v1", " a ", "b", "a")]
    [InlineData("https://api.openai.com.evil.net", null, "b", null)]
    public void The_key_comes_from_the_environment(string address, string? ours, string? openAi, string? key) =>
        Assert.Equal(key, ServerAddress.Parse(address).KeyFrom(name => name == "HONE_API_KEY" ? ours : name == "OPENAI_API_KEY" ? openAi : null));

    [Theory]
    [InlineData("ses ame")]
    [InlineData("ses\name")]
    [InlineData("sesam\u00e9")]
    public void A_key_that_no_header_can_hold_is_refused_and_not_repeated(string key)
    {
        var error = Assert.Throws<InvalidDataException>(() => ServerAddress.Parse("http://gpu1").KeyFrom(_ => key));
        Assert.DoesNotContain("ses", error.Message, StringComparison.Ordinal);
    }
}
