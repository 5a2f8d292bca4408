using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hone.Cli.Configuration;

/// <summary>Reads a YAML configuration and lays `--set key=value` over it.</summary>
internal static class ConfigFile
{
    // A thousand times what a configuration needs.
    private const int LargestFile = 1 << 20;

    /// <summary>The file's settings with the overrides applied; dotted keys reach into sections.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UsageException">The file is no mapping, or an override has no such form.</exception>
    public static ConfigSection Load(string path, IEnumerable<string> overrides)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"{path}: no such file. Hint: give a YAML configuration with --config; examples are in recipes/.");
        }

        if (new FileInfo(path).Length > LargestFile)
        {
            throw new UsageException($"{path}: has more than {LargestFile} bytes, expected a configuration. Hint: examples are in recipes/.");
        }

        YamlMappingNode root = ParseRoot(path, File.ReadAllText(path));
        var set = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        foreach (string setting in overrides)
        {
            Apply(root, setting, set);
        }

        return new ConfigSection(new ConfigSource(path, set), "", root, []);
    }

    /// <summary>Settings from a text; <paramref name="path"/> names it in errors.</summary>
    public static ConfigSection Parse(string path, string text) =>
        new(new ConfigSource(path, new HashSet<YamlNode>()), "", ParseRoot(path, text), []);

    private static YamlMappingNode ParseRoot(string path, string text)
    {
        YamlStream stream;
        try
        {
            stream = BoundedYaml.Load(text);
        }
        catch (YamlException error)
        {
            throw new UsageException(
                $"{path}:{error.Start.Line}: not valid YAML ({error.Message.ReplaceLineEndings(" ")}). "
                + "Hint: settings are lines of the form key: value.");
        }

        return stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode root
            ? root
            : throw new UsageException($"{path}: holds no settings, expected lines of the form key: value. Hint: see recipes/.");
    }

    private static void Apply(YamlMappingNode root, string setting, HashSet<YamlNode> set)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UsageException($"--set {setting}: expected key=value. Hint: for example --set optimizer.learning_rate=1e-4.");
        }

        string[] keys = setting[..equals].Split('.');
        YamlMappingNode node = root;
        foreach (string key in keys[..^1])
        {
            if (!node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child))
            {
                child = new YamlMappingNode();
                set.Add(child);
                node.Add(key, child);
            }

            node = child as YamlMappingNode
                ?? throw new UsageException($"--set {setting}: '{key}' is a value, not a section. Hint: set {key}=... itself.");
        }

        YamlNode value = Value(setting[(equals + 1)..]);
        set.Add(value);
        node.Children[new YamlScalarNode(keys[^1])] = value;
    }

    // A value is YAML too, so that lists and sections can be set: --set stop=[1,2].
    private static YamlNode Value(string text)
    {
        YamlStream stream;
        try
        {
            stream = BoundedYaml.Load(text);
        }
        catch (YamlException)
        {
            return new YamlScalarNode(text);
        }

        return stream.Documents.Count > 0 ? stream.Documents[0].RootNode : new YamlScalarNode("");
    }
}

/// <summary>Where a configuration's values come from, for error messages.</summary>
/// <param name="File">The file.</param>
/// <param name="Overridden">Values that `--set` put in its place, by reference.</param>
internal sealed record ConfigSource(string File, IReadOnlySet<YamlNode> Overridden)
{
    /// <summary>The file and line of a value, or `--set`.</summary>
    public string Of(YamlNode value) =>
        Overridden.Contains(value) ? "--set" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{value.Start.Line}");
}
