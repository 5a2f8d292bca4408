using System.Numerics;
using System.Runtime.InteropServices;
using Hone.Records.Logs.Json;

namespace Hone.Records.Logs;

/// <summary>Finds the fields of a log's lines by name; what it learns of a line makes the next one faster.</summary>
/// <param name="names">The fields' names, at most 64.</param>
internal sealed class FieldFinder(FieldName[] names)
{
    private readonly List<Member> _members = [];

    /// <summary>Finds where the values of our fields are.</summary>
    internal void Find(ReadOnlySpan<byte> line, ref FoundFields found)
    {
        var members = new JsonMembers(line);
        for (int place = 0; ; place++)
        {
            // Rows mostly have the same members in the same order.
            if (place >= _members.Count || !members.NextAfter(_members[place].Lead, out ReadOnlySpan<byte> value))
            {
                int before = members.At;
                if (!members.Next(out ReadOnlySpan<byte> name, out value))
                {
                    return;
                }

                CollectionsMarshal.SetCount(_members, Math.Max(_members.Count, place + 1));
                _members[place] = new Member(
                    members.LeadTo(value, before).ToArray(), Matching(name, 0, ulong.MaxValue), Deeper(name, 0, ulong.MaxValue));
            }

            Member member = _members[place];
            Put(member.Matching, line, value, ref found);
            if (member.Deeper != 0 && value[0] == (byte)'{')
            {
                FindInside(line, value, 1, member.Deeper, ref found);
            }
        }
    }

    /// <summary>The same in an object at some depth; a bit of <paramref name="candidates"/> is set for each name whose path leads
    /// here.</summary>
    private void FindInside(ReadOnlySpan<byte> line, ReadOnlySpan<byte> json, int depth, ulong candidates, ref FoundFields found)
    {
        var members = new JsonMembers(json);
        while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            Put(Matching(name, depth, candidates), line, value, ref found);
            ulong deeper = value[0] == (byte)'{' ? Deeper(name, depth, candidates) : 0;
            if (deeper != 0)
            {
                FindInside(line, value, depth + 1, deeper, ref found);
            }
        }
    }

    private void Put(ulong matching, ReadOnlySpan<byte> line, ReadOnlySpan<byte> value, ref FoundFields found)
    {
        for (; matching != 0; matching &= matching - 1)
        {
            int i = BitOperations.TrailingZeroCount(matching);
            found.Put(i, names[i], line, value);
        }
    }

    /// <summary>The names that a member at some depth is the end of; at the top also those whose dots are part of the key.</summary>
    private ulong Matching(ReadOnlySpan<byte> name, int depth, ulong candidates)
    {
        ulong matching = 0;
        for (int i = 0; i < names.Length; i++)
        {
            byte[][] path = names[i].Path;
            bool ends = path.Length == depth + 1 && name.SequenceEqual(path[depth]);
            if ((candidates >> i & 1) != 0 && (ends || (depth == 0 && name.SequenceEqual(names[i].Whole))))
            {
                matching |= 1UL << i;
            }
        }

        return matching;
    }

    /// <summary>The names whose path goes on inside a member.</summary>
    private ulong Deeper(ReadOnlySpan<byte> name, int depth, ulong candidates)
    {
        ulong deeper = 0;
        for (int i = 0; i < names.Length; i++)
        {
            byte[][] path = names[i].Path;
            deeper |= (candidates >> i & 1) != 0 && path.Length > depth + 1 && name.SequenceEqual(path[depth]) ? 1UL << i : 0;
        }

        return deeper;
    }

    /// <summary>A member at some place of the line before: what led to its value, which names end at it, and which go on
    /// inside.</summary>
    private readonly record struct Member(byte[] Lead, ulong Matching, ulong Deeper);
}
