using System.Text;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Decoding;

/// <summary>
/// Tokens written in the byte alphabet become UTF-8; a character split over tokens waits until it is whole.
/// </summary>
internal sealed class ByteLevelStage(DecodeStage next) : DecodeStage
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private byte[] _bytes = new byte[64];
    private char[] _chars = new char[64];

    internal override void Push(string piece)
    {
        int most = Encoding.UTF8.GetMaxByteCount(piece.Length);
        if (_bytes.Length < most)
        {
            _bytes = new byte[most];
        }
        Pass(ByteAlphabet.TryGetBytes(piece, _bytes) ?? Encoding.UTF8.GetBytes(piece, _bytes), flush: false);
    }

    internal override void Finish()
    {
        Pass(0, flush: true);
        next.Finish();
    }

    private void Pass(int byteCount, bool flush)
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, byteCount);
        int most = Encoding.UTF8.GetMaxCharCount(byteCount);
        if (_chars.Length < most)
        {
            _chars = new char[most];
        }
        int count = _utf8.GetChars(bytes, _chars, flush);
        if (count > 0)
        {
            next.Push(new string(_chars, 0, count));
        }
    }
}
