using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using YamlDotNet.RepresentationModel;

namespace Hone.Cli.Configuration;

/// <summary>
/// One mapping of a configuration. Asking for a key makes it known, records its resolved value, and notes a problem where
/// the value does not fit; <see cref="Finish"/> then reports all problems and unknown keys at once.
/// </summary>
internal sealed class ConfigSection(ConfigSource source, string path, YamlMappingNode node, List<string> problems)
{
    private const int LongestShown = 60;
    private const int LongestProblem = 1000;
    private readonly HashSet<string> _known = [];
    private readonly List<ConfigSection> _sections = [];

    /// <summary>Every setting asked for, defaults included.</summary>
    public JsonObject Resolved { get; } = [];

    /// <summary>Whether the file sets a key.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text, or null where it is not set.</summary>
    public string? OptionalText(string key)
    {
        string? value = Scalar(key);
        Resolved[key] = value;
        return value;
    }

    /// <summary>A text that must be set.</summary>
    public string RequiredText(string key, string hint)
    {
        string? value = OptionalText(key);
        if (string.IsNullOrEmpty(value))
        {
            problems.Add($"{source.File}: '{path}{key}' is not set, expected {hint}");
        }

        return value ?? "";
    }

    /// <summary>A text with a default.</summary>
    public string TextOr(string key, string fallback)
    {
        string value = Scalar(key) ?? fallback;
        Resolved[key] = value;
        return value;
    }

    /// <summary>A whole number.</summary>
    public int Integer(string key, int fallback) => Parsed(
        key, fallback, "a whole number", text => int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? value : null);

    /// <summary>A whole number that is not negative.</summary>
    public int Count(string key, int fallback) => Parsed(
        key, fallback, "a whole number of 0 or more",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null);

    /// <summary>A whole number of 64 bits: a seed.</summary>
    public long Long(string key, long fallback) => Parsed(
        key, fallback, "a whole number", text => long.TryParse(text, CultureInfo.InvariantCulture, out long value) ? value : null);

    /// <summary>A number.</summary>
    public double Number(string key, double fallback) => Parsed(
        key, fallback, "a number",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : null);

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback) => Parsed(
        key, fallback, "true or false", text => bool.TryParse(text, out bool value) ? value : null);

    /// <summary>One of a list of names.</summary>
    public string Choice(string key, string fallback, params string[] names)
    {
        string value = Scalar(key) ?? fallback;
        Resolved[key] = value;
        if (!names.Contains(value))
        {
            problems.Add($"{Where(key)}: '{path}{key}' is {Shown(value)}, expected {string.Join(", ", names)}");
            return fallback;
        }

        return value;
    }

    /// <summary>A list of texts; empty where it is not set.</summary>
    public IReadOnlyList<string> List(string key)
    {
        YamlNode? found = Find(key);
        List<string> items = found switch
        {
            YamlSequenceNode sequence => [.. sequence.OfType<YamlScalarNode>().Select(item => item.Value ?? "")],
            YamlScalarNode { Value: { Length: > 0 } value } => [value],
            _ => [],
        };
        Resolved[key] = new JsonArray([.. items.Select(item => (JsonNode)item)]);
        return items;
    }

    /// <summary>Names with numbers, such as reward weights; empty where it is not set.</summary>
    public IReadOnlyDictionary<string, double> Numbers(string key)
    {
        if (Find(key) is not YamlMappingNode mapping)
        {
            if (Find(key) is not null)
            {
                problems.Add($"{Where(key)}: '{path}{key}' is a value, expected names with numbers");
            }

            return new Dictionary<string, double>();
        }

        var section = new ConfigSection(source, $"{path}{key}.", mapping, problems);
        var numbers = new Dictionary<string, double>();
        foreach (YamlNode name in mapping.Children.Keys)
        {
            string text = Name(name);
            numbers[text] = section.Number(text, 0);
        }

        Resolved[key] = section.Resolved;
        return numbers;
    }

    /// <summary>A section; an empty one where it is not set, so that defaults come from one place.</summary>
    public ConfigSection Section(string key)
    {
        YamlNode? found = Find(key);
        if (found is not null and not YamlMappingNode)
        {
            problems.Add($"{Where(key)}: '{path}{key}' is a value, expected a section of settings");
        }

        var section = new ConfigSection(source, $"{path}{key}.", found as YamlMappingNode ?? [], problems);
        _sections.Add(section);
        Resolved[key] = section.Resolved;
        return section;
    }

    /// <summary>Adds problems found by whoever interprets the settings.</summary>
    public void Report(IEnumerable<string> found) => problems.AddRange(found.Select(problem => $"{source.File}: {path}{problem}"));

    /// <summary>Reports everything that is wrong, at once.</summary>
    /// <exception cref="UsageException">Something is.</exception>
    public void Finish()
    {
        ReportUnknownKeys();
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, problems.Select(problem => TerminalText.Line(problem + Hint(problem), LongestProblem))));
        }
    }

    // Keys are plain text: see BoundedYaml.
    private static string Name(YamlNode key) => ((YamlScalarNode)key).Value ?? "";

    // A value or key may be long, and hold line feeds.
    private static string Shown(string text) => TerminalText.Line(text, LongestShown);

    private static string Hint(string problem) =>
        problem.Contains("Hint:", StringComparison.Ordinal) ? "" : ". Hint: correct the file, or override it with --set.";

    private void ReportUnknownKeys()
    {
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            string name = Name(key);
            if (!_known.Contains(name))
            {
                string? nearest = NearestName.Of(name, _known);
                string hint = nearest is null
                    ? $"valid keys here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}"
                    : $"did you mean '{path}{nearest}'?";
                problems.Add($"{source.Of(value)}: unknown key '{Shown(path + name)}'. Hint: {hint}");
            }
        }

        foreach (ConfigSection section in _sections)
        {
            section.ReportUnknownKeys();
        }
    }

    private T Parsed<T>(string key, T fallback, string expected, Func<string, T?> parse)
        where T : struct
    {
        T value = fallback;
        if (Scalar(key) is { } text)
        {
            if (parse(text) is { } parsed)
            {
                value = parsed;
            }
            else
            {
                problems.Add($"{Where(key)}: '{path}{key}' is {Shown(text)}, expected {expected}");
            }
        }

        Resolved[key] = JsonValue.Create(value);
        return value;
    }

    private string? Scalar(string key)
    {
        YamlNode? found = Find(key);
        if (found is not null and not YamlScalarNode)
        {
            problems.Add($"{Where(key)}: '{path}{key}' is a section or list, expected a value");
        }

        return (found as YamlScalarNode)?.Value is { Length: > 0 } value and not "null" and not "~" ? value : null;
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;
    }

    private string Where(string key) => Find(key) is { } found ? source.Of(found) : source.File;
}
