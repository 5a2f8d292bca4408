namespace Hone.Engine.Tokenization;

/// <summary>Collects the tokens of one text; ranges only when they are wanted.</summary>
internal sealed class TokenSink(bool wantsRanges)
{
    private readonly List<int> _ids = [];
    private readonly List<TextRange> _ranges = [];

    internal void Add(int id, int start, int end)
    {
        _ids.Add(id);
        if (wantsRanges)
        {
            _ranges.Add(new TextRange(start, end));
        }
    }

    internal int[] Ids()
    {
        return [.. _ids];
    }

    internal TokenizedText ToTokenizedText()
    {
        return new TokenizedText([.. _ids], [.. _ranges]);
    }
}
