namespace Hone.Selection.Tests.Statistics;

public class SplitMix64Tests
{
    [Fact]
    public void Published_sequence_for_seed_1234567()
    {
        // The test vector that is printed beside most implementations of SplitMix64.
        SplitMix64 random = new(1234567);
        ulong[] drawn = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            drawn);
    }

    [Fact]
    public void Below_is_even_over_its_range()
    {
        const int Draws = 70000;
        SplitMix64 random = new(3);
        int[] counts = new int[7];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.Below(7)]++;
        }

        // Expected 10,000 each, standard deviation sqrt(70000 * 6/49) = 93.
        double slack = Tolerance.StandardErrors * Math.Sqrt(Draws * 6.0 / 49.0);
        Assert.All(counts, count => Assert.InRange(count, 10000 - slack, 10000 + slack));
    }

    [Fact]
    public void Unit_covers_zero_to_below_one()
    {
        Assert.Equal(0.0, SplitMix64.Unit(0));
        Assert.Equal(1.0 - (1.0 / (1UL << 53)), SplitMix64.Unit(ulong.MaxValue));
    }

    [Fact]
    public void Hashes_of_near_seeds_and_indices_differ()
    {
        HashSet<ulong> seen = [];
        for (ulong seed = 0; seed < 100; seed++)
        {
            for (ulong index = 0; index < 100; index++)
            {
                Assert.True(seen.Add(SplitMix64.Hash(seed, index)));
            }
        }
    }
}
