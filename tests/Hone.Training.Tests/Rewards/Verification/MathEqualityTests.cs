using Hone.Training.Rewards.Verification;

namespace Hone.Training.Tests.Rewards.Verification;

public sealed class MathEqualityTests
{
    public static TheoryData<string> Topics => [.. PairTables.Topics.Keys];

    [Theory]
    [MemberData(nameof(Topics))]
    public void Pairs_by_topic(string topic)
    {
        List<string> wrong = [];
        foreach ((string a, string b, bool same) in Pairs(topic))
        {
            if (MathEquality.Equal(a, b) != same || MathEquality.Equal(b, a) != same)
            {
                wrong.Add($"{a} {(same ? '≡' : '≢')} {b}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    internal static IEnumerable<(string A, string B, bool Same)> Pairs(string topic)
    {
        foreach (string line in PairTables.Topics[topic].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            bool same = line.Contains('≡', StringComparison.Ordinal);
            string[] sides = line.Split(same ? '≡' : '≢');
            yield return (sides[0].Trim(), sides[1].Trim(), same);
        }
    }
}
