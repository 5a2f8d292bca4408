using Hone.Engine.Decoding;

namespace Hone.Engine.Tests.Decoding;

public class FreeBlocksTests
{
    [Fact]
    public void Ranges_are_taken_from_below_and_join_when_they_come_back()
    {
        var blocks = new FreeBlocks(10);
        Assert.Equal(0, blocks.Take(3));
        Assert.Equal(3, blocks.Take(3));
        Assert.Equal(6, blocks.Take(4));
        Assert.Equal(-1, blocks.Take(1));
        blocks.Return(0, 3);
        blocks.Return(6, 4);
        Assert.Equal(7, blocks.Count);
        Assert.Equal(-1, blocks.Take(5));
        blocks.Return(3, 3);
        Assert.Equal(0, blocks.Take(10));
    }

    [Fact]
    public void Nothing_is_handed_out_twice_and_nothing_is_lost()
    {
        const int Total = 200;
        var random = new Random(5);
        var blocks = new FreeBlocks(Total);
        var held = new List<(int Start, int Length)>();
        for (int turn = 0; turn < 5000; turn++)
        {
            int length = random.Next(1, 20);
            if (random.Next(2) == 0 && blocks.Take(length) is var start and >= 0)
            {
                Assert.DoesNotContain(held, other => start < other.Start + other.Length && other.Start < start + length);
                held.Add((start, length));
            }
            else if (held.Count > 0)
            {
                int index = random.Next(held.Count);
                blocks.Return(held[index].Start, held[index].Length);
                held.RemoveAt(index);
            }

            Assert.Equal(Total - held.Sum(range => range.Length), blocks.Count);
        }

        held.ForEach(range => blocks.Return(range.Start, range.Length));
        Assert.Equal(0, blocks.Take(Total));
    }
}
