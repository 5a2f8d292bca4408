using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Inference.Tests.Servers;

/// <summary>The model behind fake servers: a token per byte, log-probabilities of a tiny model, and sampling by the seed alone.</summary>
internal sealed class FakeEngine(TinyModel model) : IDisposable
{
    public const string Name = "tiny/bytes";

    private readonly Lock _lock = new();
    private bool _closed;

    /// <summary>Natural log-probability of each token but the first.</summary>
    public float[] LogProbs(int[] ids)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return model.LogProbs(ids, 1);
        }
    }

    /// <summary>From here on requests that are still there are dropped: the model's memory is about to go.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Ids that follow a prompt: letters, and the end token fifth.</summary>
    public static int[] Sample(int[] prompt, long seed, int most) => [.. Enumerable.Range(0, Math.Min(most, 5))
        .Select(i => i == 4 ? TinyModel.EndToken : 'a' + (int)(((ulong)seed + (ulong)(prompt.Length * i)) % 26))];

    public static int[] Ids(JsonNode prompt) =>
        prompt is JsonArray ids ? [.. ids.Select(id => (int)id!)] : [.. Encoding.UTF8.GetBytes((string)prompt!).Select(one => (int)one)];

    public static string Text(IEnumerable<int> ids) =>
        Encoding.UTF8.GetString([.. ids.Where(id => id < 256).Select(id => (byte)id)]);

    /// <summary>What a token reads on its own.</summary>
    public static string Piece(int id) => id == TinyModel.EndToken ? "</s>" : id < 128 ? ((char)id).ToString() : "\uFFFD";
}
