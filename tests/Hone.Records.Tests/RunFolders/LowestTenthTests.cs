using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

public class LowestTenthTests
{
    [Theory]
    [InlineData(1, -1.0)]
    [InlineData(9, -9.0)]
    [InlineData(19, -19.0)]
    [InlineData(20, -19.5)]
    [InlineData(30, -29.0)]
    public void Mean_is_that_of_a_tenth_rounded_down_but_at_least_one(int count, double expected)
    {
        float[] rising = [.. Enumerable.Range(1, count).Select(i => (float)(i - count - 1))];
        float[] falling = [.. rising.Reverse()];
        Assert.Equal(expected, LowestTenth.Mean<float>(rising));
        Assert.Equal(expected, LowestTenth.Mean<float>(falling));
        Assert.Equal(-1f, falling[0]);
    }

    [Fact]
    public void Mean_of_nothing_or_of_what_is_no_number_is_none()
    {
        Assert.True(double.IsNaN(LowestTenth.Mean<float>([])));
        Assert.True(double.IsNaN(LowestTenth.Mean<float>([-1, float.NaN, -2])));
        Assert.Equal(double.NegativeInfinity, LowestTenth.Mean<float>([float.NegativeInfinity, -2]));
    }
}
