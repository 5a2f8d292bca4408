using System.Text.Json;

namespace Hone.Engine.Files;

/// <summary>A JSON value that knows its file and key, so that every complaint names both.</summary>
internal readonly struct JsonField(string path, string name, JsonElement element)
{
    private const int LongestName = 200;

    internal string Path => path;

    /// <summary>The way here by keys and indices; keys come from the file, so it is made fit for one line.</summary>
    internal string Name => name.Length == 0 ? "top level" : BadFile.OneLine(name, LongestName);

    internal bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    internal bool IsObject => element.ValueKind == JsonValueKind.Object;

    internal bool IsArray => element.ValueKind == JsonValueKind.Array;

    internal bool IsString => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether this is null, false, an empty list or an empty object: a feature that is not used.</summary>
    internal bool SaysNo => IsNull || element.ValueKind == JsonValueKind.False || ((IsArray || IsObject) && Count == 0);

    /// <summary>Number of entries of an array or object; 0 for anything else.</summary>
    internal int Count => IsArray ? element.GetArrayLength() : IsObject ? element.GetPropertyCount() : 0;

    /// <summary>The member of that key; null when it is absent or the literal null.</summary>
    internal JsonField? Find(string key)
    {
        Expect(JsonValueKind.Object, "an object");
        return element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonField(path, Child(key), value)
            : null;
    }

    /// <summary>Whether the key is there, even with the value null.</summary>
    internal bool Has(string key)
    {
        return IsObject && element.TryGetProperty(key, out _);
    }

    /// <summary>The member of that key, which must be there.</summary>
    internal JsonField Get(string key)
    {
        return Find(key) ?? throw Error($"has no {BadFile.Quote(key)}", "the key to be there");
    }

    internal IEnumerable<JsonField> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        return ItemsOf(path, name, element);
    }

    internal IEnumerable<KeyValuePair<string, JsonField>> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        return MembersOf(path, name, element);
    }

    internal string Text()
    {
        Expect(JsonValueKind.String, "a string");
        return element.GetString()!;
    }

    internal bool Flag()
    {
        return element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong("true or false"),
        };
    }

    internal int Integer(int least, int most)
    {
        return (int)Integer((long)least, most);
    }

    internal long Integer(long least, long most)
    {
        bool fits = element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long value)
            && value >= least && value <= most;
        return fits ? element.GetInt64() : throw Wrong($"a whole number from {least} to {most}");
    }

    internal double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        return element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Wrong("a finite number");
    }

    /// <summary>The value as the file has it.</summary>
    internal string Json()
    {
        return element.GetRawText();
    }

    /// <summary>The complaint that this value is not what was expected.</summary>
    internal InvalidDataException Wrong(string expected)
    {
        return Error($"is {Shown()}", expected);
    }

    internal InvalidDataException Error(
        string what, string expected, string hint = "compare it with the published model")
    {
        return BadFile.Error(path, $"{Name} {what}, expected {expected}", hint);
    }

    private string Child(string key)
    {
        return name.Length == 0 ? key : $"{name}.{key}";
    }

    private string Shown()
    {
        return element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.Undefined => "absent",
            JsonValueKind.String => BadFile.Quote(element.GetString()!),
            _ => BadFile.OneLine(element.GetRawText(), LongestName),
        };
    }

    private void Expect(JsonValueKind kind, string expected)
    {
        if (element.ValueKind != kind)
        {
            throw Wrong(expected);
        }
    }

    private static IEnumerable<JsonField> ItemsOf(string path, string name, JsonElement element)
    {
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            yield return new JsonField(path, $"{name}[{index++}]", item);
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonField>> MembersOf(string path, string name, JsonElement element)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string key = member.Name;
            string child = name.Length == 0 ? key : $"{name}.{key}";
            yield return new(key, new JsonField(path, child, member.Value));
        }
    }
}
