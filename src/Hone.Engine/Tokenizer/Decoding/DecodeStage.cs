using System.Text;

namespace Hone.Engine.Tokenization.Decoding;

/// <summary>One step from tokens to text. Stages form a chain; each keeps what it cannot yet pass on.</summary>
internal abstract class DecodeStage
{
    /// <summary>Takes the next piece.</summary>
    internal abstract void Push(string piece);

    /// <summary>No more pieces come: pass on what was kept, then tell the next stage.</summary>
    internal abstract void Finish();
}

/// <summary>The end of the chain.</summary>
internal sealed class CollectStage(StringBuilder text) : DecodeStage
{
    internal override void Push(string piece)
    {
        text.Append(piece);
    }

    internal override void Finish()
    {
    }
}

/// <summary>What a tokenizer without a decoder does: tokens with spaces between them.</summary>
internal sealed class SpacedStage(DecodeStage next) : DecodeStage
{
    private bool _started;

    internal override void Push(string piece)
    {
        next.Push(_started ? " " + piece : piece);
        _started = true;
    }

    internal override void Finish()
    {
        next.Finish();
    }
}
