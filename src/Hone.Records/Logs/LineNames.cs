using System.Text;
using Hone.Records.Logs.Json;

namespace Hone.Records.Logs;

/// <summary>The names of a row's fields: what formats are recognised by, and what a message lists.</summary>
internal static class LineNames
{
    /// <summary>The names, and those inside of objects as dotted paths.</summary>
    /// <exception cref="RowException">The line is no JSON object.</exception>
    internal static IReadOnlyCollection<string> Of(ReadOnlySpan<byte> line)
    {
        List<string> names = [];
        var members = new JsonMembers(line);
        while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            string outer = Encoding.UTF8.GetString(name);
            if (value[0] != (byte)'{')
            {
                names.Add(outer);
                continue;
            }

            var inner = new JsonMembers(value);
            while (inner.Next(out name, out _))
            {
                names.Add($"{outer}.{Encoding.UTF8.GetString(name)}");
            }
        }

        return names;
    }
}
