namespace Hone.Selection.Tests.Prompts;

public class FuzzinessTests
{
    [Theory]
    [InlineData(0.5, 0.5, 1.0)]
    [InlineData(0.75, 0.5, 0.9375)] // 1 - 0.25^2
    [InlineData(0.25, 0.5, 0.9375)] // as far below the centre as above it
    [InlineData(1.0, 0.0, 0.0)]
    public void Score_falls_with_the_squared_distance(double probability, double center, double expected) =>
        Assert.Equal(expected, Fuzziness.Score(probability, center));
}
