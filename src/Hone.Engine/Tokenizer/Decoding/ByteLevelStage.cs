using System.Text;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Decoding;

/// <summary>
/// Tokens written in the byte alphabet become UTF-8; a character split over tokens waits until it is whole.
/// </summary>
internal sealed class ByteLevelStage(DecodeStage next) : DecodeStage
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

    internal override void Push(string piece)
    {
        byte[] bytes = ByteAlphabet.TryBytesOf(piece) ?? Encoding.UTF8.GetBytes(piece);
        Pass(bytes, flush: false);
    }

    internal override void Finish()
    {
        Pass([], flush: true);
        next.Finish();
    }

    private void Pass(byte[] bytes, bool flush)
    {
        char[] chars = new char[_utf8.GetCharCount(bytes, flush)];
        int count = _utf8.GetChars(bytes, chars, flush);
        if (count > 0)
        {
            next.Push(new string(chars, 0, count));
        }
    }
}
