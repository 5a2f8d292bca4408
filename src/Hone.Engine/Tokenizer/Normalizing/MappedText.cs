namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>A text made from part of the original, with the original chars that each of its chars stands for.</summary>
internal sealed class MappedText
{
    private readonly int _offset;
    private readonly int[]? _starts;
    private readonly int[]? _ends;

    /// <summary>Part of the original as it stands.</summary>
    internal MappedText(string text, int offset)
    {
        Text = text;
        _offset = offset;
    }

    private MappedText(string text, int[] starts, int[] ends, int offset)
    {
        Text = text;
        _offset = offset;
        _starts = starts;
        _ends = ends;
    }

    internal string Text { get; }

    /// <summary>Where this text begins in the original.</summary>
    internal int Offset => _offset;

    /// <summary>Where the stretch behind a char begins in the original.</summary>
    internal int StartOf(int index)
    {
        return _starts is null ? _offset + index : _starts[index];
    }

    /// <summary>Where the stretch behind a char ends in the original.</summary>
    internal int EndOf(int index)
    {
        return _ends is null ? _offset + index + 1 : _ends[index];
    }

    internal MappedText Part(int start, int end)
    {
        if (start == 0 && end == Text.Length)
        {
            return this;
        }
        string part = Text[start..end];
        return _starts is null
            ? new MappedText(part, _offset + start)
            : new MappedText(part, _starts[start..end], _ends![start..end], start < end ? _starts[start] : _offset);
    }

    /// <summary>Writes a new text from stretches of an old one.</summary>
    internal sealed class Builder(MappedText source)
    {
        private readonly List<char> _chars = new(source.Text.Length + 8);
        private readonly List<int> _starts = new(source.Text.Length + 8);
        private readonly List<int> _ends = new(source.Text.Length + 8);

        /// <summary>Copies chars with what they stand for.</summary>
        internal void Keep(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                Add(source.Text[i], source.StartOf(i), source.EndOf(i));
            }
        }

        /// <summary>Writes <paramref name="text"/> in place of chars; each new char stands for all of them.</summary>
        internal void Replace(int start, int end, ReadOnlySpan<char> text)
        {
            foreach (char c in text)
            {
                Add(c, source.StartOf(start), source.EndOf(end - 1));
            }
        }

        /// <summary>Writes text at the beginning that stands for nothing.</summary>
        internal void Invent(string text)
        {
            foreach (char c in text)
            {
                Add(c, source.Offset, source.Offset);
            }
        }

        internal MappedText Build()
        {
            return new MappedText(new string([.. _chars]), [.. _starts], [.. _ends], source.Offset);
        }

        private void Add(char c, int start, int end)
        {
            _chars.Add(c);
            _starts.Add(start);
            _ends.Add(end);
        }
    }
}
