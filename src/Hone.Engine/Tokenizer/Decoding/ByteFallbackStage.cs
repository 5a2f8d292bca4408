using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Hone.Engine.Tokenization.Decoding;

/// <summary>
/// Tokens like `&lt;0xE2&gt;` become bytes. A run of them is text when the whole run is UTF-8, else one U+FFFD a byte;
/// so a run waits for its end.
/// </summary>
internal sealed class ByteFallbackStage(DecodeStage next) : DecodeStage
{
    private readonly List<byte> _run = [];

    internal override void Push(string piece)
    {
        if (piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
            && byte.TryParse(
                piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
        {
            _run.Add(value);
            return;
        }
        PassRun();
        next.Push(piece);
    }

    internal override void Finish()
    {
        PassRun();
        next.Finish();
    }

    private void PassRun()
    {
        if (_run.Count > 0)
        {
            byte[] bytes = [.. _run];
            _run.Clear();
            next.Push(Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : new string('\uFFFD', bytes.Length));
        }
    }
}
