using Hone.Mutation;
using Hone.Records.Logs;
using Hone.Records.Pickles;

namespace Hone.Records.Tests.Pickles;

/// <summary>Damaged files of Python and torch, in the same ways as every other format.</summary>
public sealed class PickleMutationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("values_0.pkl")]
    [InlineData("values_3.pkl")]
    [InlineData("values_5.pkl")]
    [InlineData("tensors_2.pt")]
    [InlineData("tensors_5.pt")]
    public void Values(string name)
    {
        string path = _folder[name];
        MutationRun.Check(name, File.ReadAllBytes(Fixture.File(name)), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return Canonical.Of(TorchFile.Read(path)).Length;
        }, words: ["cos\nsystem\n(S'true'\ntR.", "(((((", "\u0080\u0005", "]]]", "}}}"]);
    }

    [Theory]
    [InlineData("slime", "rollout_3.pt")]
    [InlineData("ugcs", "log_step_100.pt")]
    public void Logs(string format, string name)
    {
        string path = _folder[name];
        MutationRun.Check($"rollout log ({format})", File.ReadAllBytes(Fixture.File(name)), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return RolloutLog.Read(path, new LogOptions { Format = format }).Count;
        });
    }
}
