using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Hone.Cli.Configuration;

/// <summary>
/// Reads YAML as plain nodes: tags make no objects, an alias is the node that it names and no copy. What could still cost more than
/// the text is long is refused first: sections within sections end the stack, and a key that is a list of aliases is walked through
/// by every one of them.
/// </summary>
internal static class BoundedYaml
{
    private const int MostLevels = 32;

    /// <summary>The documents of a text.</summary>
    /// <exception cref="YamlException">It is not valid, nests too deep, or has a key that is no plain text.</exception>
    public static YamlStream Load(string text)
    {
        Check(text);
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream;
    }

    private static void Check(string text)
    {
        // Of each open mapping or list: whether it is a mapping, and whether a key comes next.
        var open = new Stack<(bool IsMapping, bool KeyNext)>();
        var parser = new Parser(new StringReader(text));
        while (Next(parser))
        {
            ParsingEvent found = parser.Current!;
            if (found is MappingEnd or SequenceEnd)
            {
                open.Pop();
                continue;
            }

            if (found is not (NodeEvent or AnchorAlias))
            {
                continue;
            }

            if (open.TryPop(out (bool IsMapping, bool KeyNext) holder))
            {
                if (holder is { IsMapping: true, KeyNext: true } && found is not Scalar)
                {
                    throw new YamlException(found.Start, found.End, "a key is no plain text");
                }

                open.Push(holder with { KeyNext = !holder.KeyNext });
            }

            if (found is MappingStart or SequenceStart)
            {
                open.Push((found is MappingStart, true));
                if (open.Count > MostLevels)
                {
                    throw new YamlException(found.Start, found.End, $"more than {MostLevels} levels within each other");
                }
            }
        }
    }

    // The parser's own failures, such as on a brace that is never closed before another mapping starts, are mistakes in the text too.
    private static bool Next(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException error)
        {
            Mark at = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "behind this a list or a mapping is not closed, or something else is out of place", error);
        }
    }
}
