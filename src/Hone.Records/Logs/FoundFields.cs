using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Records.Logs;

/// <summary>Where in a line the values of our fields are, and by which name each was found.</summary>
internal struct FoundFields
{
    private Places _places;

    internal readonly bool Has(RolloutField field) => _places[(int)field].Length > 0;

    /// <summary>Index of the name that the value was found by.</summary>
    internal readonly int Name(RolloutField field) => _places[(int)field].Name;

    /// <summary>The value's text.</summary>
    internal readonly ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, RolloutField field)
    {
        Place place = _places[(int)field];
        return line.Slice(place.Start, place.Length);
    }

    /// <summary>Notes a value, unless one of a better name is there; of two by the same name the later counts, as in Python.</summary>
    internal void Put(int index, FieldName name, ReadOnlySpan<byte> line, ReadOnlySpan<byte> value)
    {
        ref Place place = ref _places[(int)name.Field];
        if (place.Length > 0 && place.Rank < name.Rank)
        {
            return;
        }

        int start = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(line), ref MemoryMarshal.GetReference(value));
        place = new Place(start, value.Length, index, name.Rank);
    }

    private readonly record struct Place(int Start, int Length, int Name, int Rank);

    [InlineArray(19)]
    private struct Places
    {
        private Place _first;
    }
}
