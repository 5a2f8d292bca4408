using System.Diagnostics;
using Hone.Records.Pickles;
using Hone.Records.Pickles.Logs;

namespace Hone.Records.Tests.Pickles;

/// <summary>Real files with a few bytes changed: each is read or refused, soon and within bounds.</summary>
public sealed class PickleFuzzTests : IDisposable
{
    private const int Cases = 700;

    /// <summary>A case takes less than a millisecond; a busy machine may pause in between.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The reader's limit for small files, 64 MB, and room for copies.</summary>
    private const long MostBytes = 256L << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rollout_3.pt", 10)]
    [InlineData("log_step_100.pt", 11)]
    public void Changed_logs_give_rows_or_an_error(string name, int seed) => Fuzz(name, seed, path =>
        _ = name == "rollout_3.pt" ? SlimeRollouts.Read(path).Count() : UgcsRollouts.Read(path).Count());

    [Theory]
    [InlineData("values_0.pkl", 12)]
    [InlineData("values_2.pkl", 13)]
    [InlineData("values_5.pkl", 14)]
    [InlineData("tensors_2.pt", 15)]
    public void Changed_files_give_a_value_or_an_error(string name, int seed) =>
        Fuzz(name, seed, path => Canonical.Of(TorchFile.Read(path)));

    private void Fuzz(string name, int seed, Action<string> read)
    {
        byte[] original = File.ReadAllBytes(Fixture.File(name));
        bool isArchive = name.EndsWith(".pt", StringComparison.Ordinal);
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            string path = _folder.WriteBytes("a.pt", Change(original, random, keepLength: isArchive));
            long before = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            try
            {
                read(path);
            }
            catch (InvalidDataException error)
            {
                refused++;
                Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
                Assert.Matches(@"\. Hint: [^\n]+\.$", error.Message);
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"case {i} took too long");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"case {i} took too much memory");
        }

        // Some changes hit a text or a number and are harmless; many are not.
        Assert.InRange(refused, Cases / 10, Cases - 1);
    }

    // An archive is checked against its length first, and nothing of it read, where that has changed.
    private static byte[] Change(byte[] original, Random random, bool keepLength)
    {
        var bytes = new List<byte>(original);
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(keepLength ? 2 : 5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 5), bytes.Count - at));
                    break;
                default:
                    // A piece of the file once more, at another place.
                    int from = random.Next(original.Length);
                    bytes.InsertRange(at, original[from..Math.Min(original.Length, from + random.Next(1, 40))]);
                    break;
            }
        }

        return [.. bytes];
    }
}
