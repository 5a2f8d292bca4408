using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Inference.Tests.Servers;

/// <summary>The model behind fake servers: its own log-probabilities, and completions that the seed alone decides.</summary>
/// <param name="logProbs">Natural log-probability of each token but the first.</param>
/// <param name="encode">A text's ids; its bytes unless given.</param>
/// <param name="piece">What a token reads on its own; a byte's character unless given.</param>
internal sealed class FakeEngine(Func<int[], float[]> logProbs, Func<string, int[]>? encode = null, Func<int, string>? piece = null)
    : IDisposable
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
            return logProbs(ids);
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

    /// <summary>A request's prompt, whichever way it is written.</summary>
    public int[] Prompt(JsonNode prompt) =>
        prompt is JsonArray ids ? [.. ids.Select(id => (int)id!)] : (encode ?? Bytes)((string)prompt!);

    public static int[] Bytes(string text) => [.. Encoding.UTF8.GetBytes(text).Select(one => (int)one)];

    public static string Text(IEnumerable<int> ids) =>
        Encoding.UTF8.GetString([.. ids.Where(id => id < 256).Select(id => (byte)id)]);

    /// <summary>What a token reads on its own.</summary>
    public string Piece(int id) => piece is not null ? piece(id)
        : id == TinyModel.EndToken ? "</s>" : id < 128 ? ((char)id).ToString() : "\uFFFD";
}
